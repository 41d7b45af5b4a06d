/* Every function in every state of the library. */
#include "harness.h"

#include <string.h>

static void call_all(int (*code)(const Function *)) {
    for (size_t i = 0; i < function_count; i++) {
        const Function *f = &functions[i];
        Reply *r = reply(f->name);
        EXPECT(r, f->call(on_reply, r), TIM_SUCC, code(f));
    }
}

static int code_before_init(const Function *f) {
    return f->before_init;
}
static int code_before_login(const Function *f) {
    return f->before_login;
}
static int code_logged_in(const Function *f) {
    return f->logged_in;
}

/* CORE-063, ERR-01, CORE-048 */
void test_before_init(void) {
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined, "the status before TIMInit is %d", (int)TIMGetLoginStatus());
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit before TIMInit failed");
    call_plain_functions();
    call_all(code_before_init);
    Reply *r = reply("TIMLogin");
    EXPECT(r, TIMLogin("alice", "x", on_reply, r), TIM_SUCC, 6013);
    CHECK(strcmp(reply_desc(r), "not initialized") == 0, "the text is %s", reply_desc(r));
    r = reply("TIMLogout");
    EXPECT(r, TIMLogout(on_reply, r), TIM_SUCC, 6013);
}

/* CORE-105, CORE-064, CORE-065 */
void test_before_login(void) {
    char id[128] = "x";
    CHECK(TIMInit(test_app(), "{}") == TIM_SUCC, "a second TIMInit with the same app id failed");
    CHECK(TIMInit(test_app() + 1, NULL) == TIM_ERR_PARAM, "a second TIMInit with another app id was accepted");
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined, "the status before login is %d", (int)TIMGetLoginStatus());
    CHECK(TIMGetLoginUserID(id) == TIM_SUCC && id[0] == '\0', "somebody is logged in: %s", id);
    call_plain_functions();
    call_all(code_before_login);
    Reply *r = reply("TIMLogout");
    EXPECT(r, TIMLogout(on_reply, r), TIM_SUCC, 0);
}

/* CORE-040, CORE-104, CORE-105, CORE-056 */
void test_logged_in(void) {
    char id[128] = "";
    login("bob");
    login("alice");
    CHECK(TIMGetLoginUserID(id) == TIM_SUCC && strcmp(id, "alice") == 0, "logged in is %s", id);
    call_plain_functions();
    call_all(code_logged_in);
    Reply *r = reply("TIMLogin");
    /* A refused signature ends the session, a good one begins it anew. */
    EXPECT(r, TIMLogin("alice", test_sig("bob"), on_reply, r), TIM_SUCC, 70013);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined, "refused, and the status is %d", (int)TIMGetLoginStatus());
    login("alice");
}

/* CORE-060, CORE-061 */
void test_after_uninit(void) {
    char id[128] = "x";
    CHECK(TIMUninit() == TIM_SUCC, "a second TIMUninit failed");
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined, "the status after TIMUninit is %d", (int)TIMGetLoginStatus());
    CHECK(TIMGetLoginUserID(id) == TIM_SUCC && id[0] == '\0', "after TIMUninit somebody is logged in: %s", id);
    call_plain_functions();
    call_all(code_before_init);
}

/* A completion callback may be NULL everywhere: nothing may crash, and a later call is still answered. */
void test_no_callback(void) {
    for (size_t i = 0; i < function_count; i++)
        CHECK(functions[i].call(NULL, NULL) == TIM_SUCC, "%s wants a callback", functions[i].name);
    Reply *r = reply("TIMSetConfig");
    EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
}
