/* Arguments that no program should pass: NULL, no UTF-8, no JSON, the wrong JSON, too much of it. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum Argument { VALID, NULLED, EMPTY, NO_UTF8, NO_JSON, CUT_JSON, WRONG_ROOT, DEEP, HUGE, ARGUMENTS };

static char *deep, *huge;

/* One text per kind of fault; `valid` for VALID. */
static const char *fault(enum Argument kind, const char *valid) {
    switch (kind) {
    case NULLED: return NULL;
    case EMPTY: return "";
    case NO_UTF8: return "{\"a\":\"\xff\xfe\"}";
    case NO_JSON: return "hello";
    case CUT_JSON: return "{\"message_elem_array\":[";
    case WRONG_ROOT: return "7";
    case DEEP: return deep;
    case HUGE: return huge;
    default: return valid;
    }
}

static int set_config(const char *text, TIMCommCallback cb, const void *data) {
    return TIMSetConfig(text, cb, data);
}
static int experimental(const char *text, TIMCommCallback cb, const void *data) {
    return callExperimentalAPI(text, cb, data);
}
static int send(const char *text, TIMCommCallback cb, const void *data) {
    return TIMMsgSendMessage("bob", kTIMConv_C2C, text, NULL, cb, data);
}
static int history(const char *text, TIMCommCallback cb, const void *data) {
    return TIMMsgGetMsgList("bob", kTIMConv_C2C, text, cb, data);
}
static int find(const char *text, TIMCommCallback cb, const void *data) {
    return TIMMsgFindMessages(text, cb, data);
}
static int local_data(const char *text, TIMCommCallback cb, const void *data) {
    return TIMMsgSetLocalCustomData(text, cb, data);
}
static int report(const char *text, TIMCommCallback cb, const void *data) {
    return TIMMsgReportReaded("bob", kTIMConv_C2C, text, cb, data);
}
static int info(const char *text, TIMCommCallback cb, const void *data) {
    return TIMConvGetConvInfo(text, cb, data);
}

/* A JSON argument and what each fault of it returns; 1 stands for "accepted, answered by the callback". */
static const struct {
    const char *name;
    int (*call)(const char *text, TIMCommCallback cb, const void *data);
    int nulled, empty, wrong_root;
} json_arguments[] = {
    {"TIMSetConfig", set_config, TIM_ERR_PARAM, TIM_ERR_PARAM, TIM_ERR_JSON},
    {"callExperimentalAPI", experimental, TIM_ERR_PARAM, TIM_ERR_PARAM, TIM_ERR_JSON},
    {"TIMMsgSendMessage", send, TIM_ERR_PARAM, TIM_ERR_PARAM, TIM_ERR_JSON},
    {"TIMMsgGetMsgList", history, TIM_ERR_PARAM, TIM_ERR_PARAM, TIM_ERR_JSON},
    {"TIMMsgFindMessages", find, TIM_ERR_PARAM, TIM_ERR_PARAM, 1},
    {"TIMMsgSetLocalCustomData", local_data, TIM_ERR_PARAM, TIM_ERR_PARAM, TIM_ERR_JSON},
    /* Here no message is a request of its own: everything. */
    {"TIMMsgReportReaded", report, 1, 1, TIM_ERR_JSON},
    {"TIMConvGetConvInfo", info, TIM_ERR_PARAM, TIM_ERR_PARAM, 1},
};

static void check_json(enum Argument kind) {
    for (size_t i = 0; i < sizeof json_arguments / sizeof *json_arguments; i++) {
        int wanted = TIM_ERR_JSON;
        if (kind == NULLED) wanted = json_arguments[i].nulled;
        if (kind == EMPTY) wanted = json_arguments[i].empty;
        if (kind == WRONG_ROOT) wanted = json_arguments[i].wrong_root;
        Reply *r = reply(json_arguments[i].name);
        int got = returned(r, json_arguments[i].call(fault(kind, "{}"), on_reply, r));
        CHECK(got == (wanted == 1 ? TIM_SUCC : wanted), "%s with fault %d returned %d, not %d", json_arguments[i].name,
              kind, got, wanted == 1 ? 0 : wanted);
        if (got == TIM_SUCC) reply_wait(r);
    }
}

static void refuse(const char *what, Reply *r, int got, int wanted) {
    returned(r, got);
    CHECK(got == wanted, "%s returned %d, not %d", what, got, wanted);
    if (got == TIM_SUCC) reply_wait(r);
}
#define REFUSE(call, wanted)                  \
    do {                                      \
        Reply *r = reply(#call);              \
        refuse(#call, r, call, wanted);       \
    } while (0)

static void check_ids(void) {
    static const int types[] = {0, 3, -1, 99};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        enum TIMConvType type = (enum TIMConvType)types[i];
        REFUSE(TIMMsgSendMessage("bob", type, "{\"message_elem_array\":[]}", NULL, on_reply, r), TIM_ERR_PARAM);
        REFUSE(TIMMsgGetMsgList("bob", type, "{}", on_reply, r), TIM_ERR_PARAM);
        REFUSE(TIMMsgReportReaded("bob", type, NULL, on_reply, r), TIM_ERR_PARAM);
        REFUSE(timbre_explain("bob", type, on_reply, r), TIM_ERR_PARAM);
    }
    REFUSE(TIMMsgSendMessage(NULL, kTIMConv_C2C, "{\"message_elem_array\":[]}", NULL, on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMMsgSendMessage("", kTIMConv_C2C, "{\"message_elem_array\":[]}", NULL, on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMMsgGetMsgList(NULL, kTIMConv_C2C, "{}", on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMMsgGetMsgList("", kTIMConv_C2C, "{}", on_reply, r), TIM_ERR_PARAM);
    REFUSE(timbre_explain(NULL, kTIMConv_C2C, on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMLogin(NULL, "x", on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMLogin("", "x", on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMLogin("alice", NULL, on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMLogin("alice", "", on_reply, r), TIM_ERR_PARAM);
    REFUSE(TIMLogin("\xff\xfe", "x", on_reply, r), TIM_ERR_JSON);
    REFUSE(TIMMsgSendMessage("\xff", kTIMConv_C2C, "{\"message_elem_array\":[]}", NULL, on_reply, r), TIM_ERR_JSON);
    REFUSE(TIMMsgGetMsgList("\xff", kTIMConv_C2C, "{}", on_reply, r), TIM_ERR_JSON);
    static const char *const conversations[] = {"bob", "c2c_", "group_", "user_bob", "C2C_bob"};
    for (size_t i = 0; i < sizeof conversations / sizeof *conversations; i++)
        REFUSE(TIMConvCleanConversationUnreadMessageCount(conversations[i], 0, 0, on_reply, r), TIM_ERR_CONV);
}

/* CORE-034 */
void test_bad_arguments(int initialised) {
    /* One level more than is allowed, and one byte more than any of these functions takes. */
    enum { LEVELS = 100000, SIZE = 16 * 1024 * 1024 + 2 };
    deep = malloc(LEVELS + 1);
    huge = malloc(SIZE + 1);
    if (!deep || !huge) exit(2);
    memset(deep, '[', LEVELS);
    deep[LEVELS] = '\0';
    memset(huge, ' ', SIZE);
    memcpy(huge, "{}", 2);
    huge[SIZE] = '\0';
    for (enum Argument kind = NULLED; kind < ARGUMENTS; kind = (enum Argument)(kind + 1)) check_json(kind);
    check_ids();
    if (!initialised) {
        static const char *const configs[] = {"hello", "[]", "{", "{\"a\":\"\xff\"}"};
        CHECK(TIMInit(0, NULL) == TIM_ERR_PARAM, "app id 0 was accepted");
        for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
            CHECK(TIMInit(test_app(), configs[i]) == TIM_ERR_JSON, "TIMInit took %s", configs[i]);
        CHECK(TIMInit(test_app(), deep) == TIM_ERR_JSON, "TIMInit took endless nesting");
        CHECK(TIMInit(test_app(), huge) == TIM_ERR_JSON, "TIMInit took 16 MiB");
        CHECK(TIMInit(test_app(), "{\"sdk_config_callback_mode\":\"never\"}") == TIM_ERR_PARAM, "an unknown mode was taken");
        CHECK(TIMInit(test_app(), "{\"sdk_config_config_file_path\":\"/dev/null/x\"}") == TIM_ERR_PARAM,
              "a folder that cannot be made was taken");
    }
    free(deep);
    free(huge);
}
