/* Calls from inside callbacks, and callbacks that are taken away. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

static Reply *inner[64];
static size_t inner_count;

static void call_everything(void) {
    for (inner_count = 0; inner_count < function_count; inner_count++) {
        const Function *f = &functions[inner_count];
        Reply *r = reply(f->name);
        inner[inner_count] = r;
        CHECK(returned(r, f->call(on_reply, r)) == TIM_SUCC, "%s failed inside a callback", f->name);
        CHECK(reply_runs(r) == 0, "%s called back inside its own call", f->name);
    }
    call_plain_functions();
    signal_raise(signals[0]);
}

static void wait_for_inner(void) {
    signal_wait(signals[0], "calls from inside a callback");
    for (size_t i = 0; i < inner_count; i++) reply_wait(inner[i]);
    signal_reset(signals[0]);
}

/* CORE-075 */
void test_inside_completion(void) {
    Reply *r = reply("TIMSetConfig");
    reply_then(r, call_everything);
    EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
    wait_for_inner();
}

static void on_event(enum TIMConvEvent event, const char *json, const void *data) {
    (void)event;
    CHECK(json && *json, "a conversation event without JSON");
    /* Once: what is called here changes conversations again. */
    TIMSetConvEventCallback(NULL, NULL);
    CHECK(data == (const void *)2, "the event's user_data is wrong");
    call_everything();
}

/* CORE-058, CORE-049 */
void test_inside_event(void) {
    TIMSetConvEventCallback(on_event, (const void *)2);
    Reply *r = reply("TIMMsgSendMessage");
    EXPECT(r,
           TIMMsgSendMessage("bob", kTIMConv_C2C,
                             "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"for the event\"}]}", NULL,
                             on_reply, r),
           TIM_SUCC, 0);
    wait_for_inner();
}

static int stopped_runs, kept_runs;

static void on_stopped(enum TIMLogLevel level, const char *line, const void *data) {
    (void)level;
    (void)line;
    (void)data;
    stopped_runs++;
}
static void on_kept(enum TIMLogLevel level, const char *line, const void *data) {
    (void)level;
    (void)line;
    (void)data;
    kept_runs++;
}

static void stop_and_write(void) {
    /* The callbacks run one at a time and this is one of them: nothing that was taken away may run from here on. */
    TIMSetLogCallback(NULL, NULL);
    stopped_runs = 0;
}

static void write_line(const char *line) {
    char request[512];
    snprintf(request, sizeof request,
             "{\"request_internal_operation\":\"internal_operation_write_log\",\"request_write_log_log_level_param\":6,"
             "\"request_write_log_log_content_param\":\"%s\",\"request_write_log_func_name_param\":\"test\"}",
             line);
    callExperimentalAPI(request, NULL, NULL);
}

/* CORE-047, CORE-049 */
void test_registration(void) {
    TIMSetLogCallback(on_stopped, NULL);
    Reply *r = reply("TIMSetConfig");
    reply_then(r, stop_and_write);
    EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
    write_line("nobody hears this");
    r = reply("TIMSetConfig");
    EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
    CHECK(stopped_runs == 0, "a callback that was taken away ran %d times", stopped_runs);
    TIMSetLogCallback(on_stopped, NULL);
    TIMSetLogCallback(on_kept, NULL);
    write_line("the second one hears this");
    r = reply("TIMSetConfig");
    EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
    /* The completion is queued behind the line only if the line was written before it: ask until it has come. */
    for (int i = 0; i < 1000 && kept_runs == 0; i++) {
        r = reply("TIMSetConfig");
        EXPECT(r, TIMSetConfig("{}", on_reply, r), TIM_SUCC, 0);
    }
    CHECK(stopped_runs == 0, "a callback that was replaced ran %d times", stopped_runs);
    CHECK(kept_runs > 0, "the callback that replaced another never ran");
    TIMSetLogCallback(NULL, NULL);
}

static void end_here(void) {
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit inside a callback failed");
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_UnLogined, "the status is %d", (int)TIMGetLoginStatus());
    signal_raise(signals[1]);
}

static void end_and_start_here(void) {
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit inside a callback failed");
    CHECK(start(NULL) == TIM_SUCC, "TIMInit inside a callback, after TIMUninit there, failed");
    signal_raise(signals[1]);
}

static void end_within(void (*then)(void), int running_after) {
    Reply *late[20];
    signal_reset(signals[1]);
    Reply *r = reply("TIMSetConfig");
    reply_then(r, then);
    CHECK(returned(r, TIMSetConfig("{}", on_reply, r)) == TIM_SUCC, "TIMSetConfig failed");
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        late[i] = reply("TIMConvGetConvList");
        returned(late[i], TIMConvGetConvList(on_reply, late[i]));
    }
    signal_wait(signals[1], "TIMUninit inside a callback");
    reply_wait(r);
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        int code = reply_wait(late[i]);
        /* Before, during, or after it: each is answered, none with success, nobody is logged in. */
        CHECK(code == 6013 || code == 6014 || code == 7009, "a call around TIMUninit ended with %d", code);
    }
    r = reply("TIMConvGetConvList");
    EXPECT(r, TIMConvGetConvList(on_reply, r), TIM_SUCC, running_after ? 6014 : 6013);
}

/* CORE-060 */
void test_uninit_inside_callback(void) {
    for (int i = 0; i < repeats(20); i++) {
        CHECK(start(NULL) == TIM_SUCC, "TIMInit failed");
        end_within(end_here, 0);
        CHECK(start(NULL) == TIM_SUCC, "TIMInit after a TIMUninit inside a callback failed");
        end_within(end_and_start_here, 1);
        CHECK(TIMUninit() == TIM_SUCC, "TIMUninit failed");
        replies_settled("after TIMUninit inside a callback");
    }
}

static int pumped_inside;

static void pump_inside(void) {
    pumped_inside = timbre_run_callbacks(0);
}

/* CORE-077 */
void test_pump(void) {
    CHECK(TIMInit(test_app(), "{\"sdk_config_config_file_path\":\"data\",\"sdk_config_log_file_path\":\"log\","
                              "\"sdk_config_callback_mode\":\"pump\"}") == TIM_SUCC,
          "TIMInit in pump mode failed");
    Reply *first = reply("TIMSetConfig"), *second = reply("TIMConvGetConvList");
    pumped_inside = -1;
    reply_then(first, pump_inside);
    returned(first, TIMSetConfig("{}", on_reply, first));
    returned(second, TIMConvGetConvList(on_reply, second));
    while (reply_runs(second) == 0) {
        int ran = timbre_run_callbacks(1);
        CHECK(ran == 0 || ran == 1, "%d callbacks ran where one was allowed", ran);
    }
    CHECK(reply_runs(first) == 1, "the second completion came before the first");
    CHECK(pumped_inside == 0, "pumping inside a callback answered %d", pumped_inside);
    Reply *last = reply("TIMConvGetConvList");
    returned(last, TIMConvGetConvList(on_reply, last));
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit failed");
    CHECK(reply_runs(last) == 1, "TIMUninit returned before the last completion had run");
    replies_settled("after pump mode");
}
