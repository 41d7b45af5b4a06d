#include "support.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Call {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int done;
    int32_t code;
    char *desc;
    char *json;
    /* Printed by the callback, so that it stands before everything that the library tells later. */
    char line[1024];
};

/* What the event callbacks have counted; they run on the library's thread, the story on the main one. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int received, receipts, synchronised;
static const char *my_role = "";

static void die(const char *what, int code, const char *text) {
    say("failed: %s: %d %s", what, code, text);
    exit(1);
}

static void *or_die(void *memory) {
    if (!memory) die("memory", 0, "there is none left");
    return memory;
}

static void *copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(or_die(malloc(size)), text, size);
}

void say(const char *format, ...) {
    va_list list;
    /* One lock for the whole line: the callback thread prints as well. */
    flockfile(stdout);
    va_start(list, format);
    vprintf(format, list);
    va_end(list);
    putchar('\n');
    fflush(stdout);
    funlockfile(stdout);
}

void cue(const char *what) {
    char line[64];
    say("(next: %s)", what);
    if (!fgets(line, sizeof line, stdin)) exit(1);
}

Call *call_new(void) {
    Call *call = or_die(calloc(1, sizeof *call));
    pthread_mutex_init(&call->lock, NULL);
    pthread_cond_init(&call->ended, NULL);
    return call;
}

Call *call_saying(const char *format, ...) {
    va_list list;
    Call *call = call_new();
    va_start(list, format);
    vsnprintf(call->line, sizeof call->line, format, list);
    va_end(list);
    return call;
}

void call_done(int32_t code, const char *desc, const char *json_params, const void *user_data) {
    Call *call = (Call *)user_data;
    pthread_mutex_lock(&call->lock);
    call->code = code;
    /* The texts are the library's and end with this callback. */
    call->desc = copy(desc);
    call->json = copy(json_params);
    call->done = 1;
    if (code == 0 && call->line[0]) say("%s", call->line);
    pthread_cond_signal(&call->ended);
    pthread_mutex_unlock(&call->lock);
}

char *call_wait(Call *call, int result, const char *what) {
    if (result != TIM_SUCC) die(what, result, "returned at once");
    pthread_mutex_lock(&call->lock);
    while (!call->done) pthread_cond_wait(&call->ended, &call->lock);
    pthread_mutex_unlock(&call->lock);
    if (call->code != 0) die(what, call->code, call->desc);
    char *json = call->json;
    pthread_cond_destroy(&call->ended);
    pthread_mutex_destroy(&call->lock);
    free(call->desc);
    free(call);
    return json;
}

char *content(Json message, char *out, size_t room) {
    Json element = json_item(json_get(message, "message_elem_array"), 0);
    if (json_number(json_get(element, "elem_type"), -1) == kTIMElem_Text)
        return json_string(json_get(element, "text_elem_content"), out, room);
    return json_string(json_get(element, "custom_elem_data"), out, room);
}

static void count(int *counter) {
    pthread_mutex_lock(&lock);
    ++*counter;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void wait_for(int *counter, int wanted) {
    pthread_mutex_lock(&lock);
    while (*counter < wanted) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void on_messages(const char *json, const void *user_data) {
    (void)user_data;
    Json messages = json_parse(json);
    for (size_t i = 0; i < json_count(messages); i++) {
        char sender[64], text[1024];
        Json message = json_item(messages, i);
        Json element = json_item(json_get(message, "message_elem_array"), 0);
        int custom = json_number(json_get(element, "elem_type"), -1) == kTIMElem_Custom;
        json_string(json_get(message, "message_sender"), sender, sizeof sender);
        content(message, text, sizeof text);
        if (json_number(json_get(message, "message_is_from_self"), 0))
            say("sent on another device: %s", text);
        else
            say("received from %s%s: %s", sender, custom ? " custom data" : "", text);
        count(&received);
    }
}

static void on_receipts(const char *json, const void *user_data) {
    (void)user_data;
    Json list = json_parse(json);
    for (size_t i = 0; i < json_count(list); i++) {
        char user[64];
        say("receipt: %s has read my messages",
            json_string(json_get(json_item(list, i), "msg_receipt_conv_id"), user, sizeof user));
        count(&receipts);
    }
}

static void on_conversations(enum TIMConvEvent event, const char *json, const void *user_data) {
    (void)json;
    (void)user_data;
    if (event == kTIMConvEvent_Finish) count(&synchronised);
}

void begin(const char *user, const char *platform, int argc, char **argv) {
    const char *sig = getenv("TIMBRE_DEMO_SIG");
    if (argc < 4 || !sig) {
        fprintf(stderr, "usage: TIMBRE_DEMO_SIG=<UserSig> %s <server URL> <app id> <data folder> [role]\n", argv[0]);
        exit(2);
    }
    if (argc > 4) my_role = argv[4];
    char url[512], folder[1024], config[4096];
    json_quote(argv[1], url, sizeof url);
    json_quote(argv[3], folder, sizeof folder);
    snprintf(config, sizeof config,
             "{\"sdk_config_server_url\":%s,\"sdk_config_config_file_path\":%s,"
             "\"sdk_config_log_file_path\":%s%s%s%s}",
             url, folder, folder, platform ? ",\"sdk_config_platform\":\"" : "", platform ? platform : "",
             platform ? "\"" : "");
    /* Events first, so that none is missed. */
    TIMAddRecvNewMsgCallback(on_messages, NULL);
    TIMSetMsgReadedReceiptCallback(on_receipts, NULL);
    TIMSetConvEventCallback(on_conversations, NULL);
    int result = TIMInit(strtoull(argv[2], NULL, 10), config);
    if (result != TIM_SUCC) die("TIMInit", result, "returned at once");
    /* The log goes to its file; these lines have the terminal. */
    Call *call = call_new();
    free(call_wait(call, TIMSetConfig("{\"set_config_is_log_output_console\":false}", call_done, call), "TIMSetConfig"));
    call = call_saying("logged in");
    result = TIMLogin(user, sig, call_done, call);
    free(call_wait(call, result, "TIMLogin"));
}

const char *role(void) {
    return my_role;
}

void end(void) {
    TIMUninit();
    say("gone");
}

static void send_element(const char *to, const char *element, Call *call) {
    char id[128], message[4096];
    snprintf(message, sizeof message, "{\"message_elem_array\":[%s]}", element);
    int result = TIMMsgSendMessage(to, kTIMConv_C2C, message, id, call_done, call);
    free(call_wait(call, result, "TIMMsgSendMessage"));
}

void send_text(const char *to, const char *text) {
    char quoted[1024], element[2048];
    json_quote(text, quoted, sizeof quoted);
    snprintf(element, sizeof element, "{\"elem_type\":%d,\"text_elem_content\":%s}", kTIMElem_Text, quoted);
    send_element(to, element, call_saying("sent: %s", text));
}

void send_custom(const char *to, const char *data) {
    char quoted[1024], element[2048];
    json_quote(data, quoted, sizeof quoted);
    snprintf(element, sizeof element, "{\"elem_type\":%d,\"custom_elem_data\":%s}", kTIMElem_Custom, quoted);
    send_element(to, element, call_saying("sent custom data: %s", data));
}

void read_everything(const char *user) {
    Call *call = call_saying("has read everything from %s", user);
    free(call_wait(call, TIMMsgReportReaded(user, kTIMConv_C2C, NULL, call_done, call), "TIMMsgReportReaded"));
}

void wait_received(int wanted) {
    wait_for(&received, wanted);
}

void wait_receipts(int wanted) {
    wait_for(&receipts, wanted);
}

void wait_synchronised(void) {
    wait_for(&synchronised, 1);
}

void say_unread(const char *user) {
    char name[64], which[256];
    json_quote(user, name, sizeof name);
    snprintf(which, sizeof which,
             "[{\"get_conversation_list_param_conv_id\":%s,\"get_conversation_list_param_conv_type\":%d}]", name,
             kTIMConv_C2C);
    Call *call = call_new();
    char *list = call_wait(call, TIMConvGetConvInfo(which, call_done, call), "TIMConvGetConvInfo");
    call = call_new();
    char *all = call_wait(call, TIMConvGetTotalUnreadMessageCount(call_done, call), "TIMConvGetTotalUnreadMessageCount");
    say("unread with %s %lld, in total %lld", user,
        json_number(json_get(json_item(json_parse(list), 0), "conv_unread_num"), -1),
        json_number(json_get(json_parse(all), "conv_get_total_unread_message_count_result_unread_count"), -1));
    free(all);
    free(list);
}
