/* Every function of the library, called in its plainest valid way. */
#include "harness.h"

#include <string.h>

#define TEXT "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"hello\"}]}"

static int set_config(TIMCommCallback cb, const void *data) {
    return TIMSetConfig("{}", cb, data);
}
static int operation(TIMCommCallback cb, const void *data) {
    return callExperimentalAPI("{\"request_internal_operation\":\"internal_operation_set_application_id\","
                               "\"request_set_application_id_param\":1}",
                               cb, data);
}
static int send(TIMCommCallback cb, const void *data) {
    char id[128] = "";
    return TIMMsgSendMessage("bob", kTIMConv_C2C, TEXT, id, cb, data);
}
static int history(TIMCommCallback cb, const void *data) {
    return TIMMsgGetMsgList("bob", kTIMConv_C2C, "{\"msg_getmsglist_param_count\":5}", cb, data);
}
static int find(TIMCommCallback cb, const void *data) {
    return TIMMsgFindMessages("[\"1-2-3\"]", cb, data);
}
static int local_data(TIMCommCallback cb, const void *data) {
    return TIMMsgSetLocalCustomData(
        "{\"message_msg_id\":\"1-2-3\",\"message_custom_int\":7,\"message_elem_array\":[]}", cb, data);
}
static int report_read(TIMCommCallback cb, const void *data) {
    return TIMMsgReportReaded("bob", kTIMConv_C2C, NULL, cb, data);
}
static int conversation_list(TIMCommCallback cb, const void *data) {
    return TIMConvGetConvList(cb, data);
}
static int conversation_info(TIMCommCallback cb, const void *data) {
    return TIMConvGetConvInfo("[{\"get_conversation_list_param_conv_id\":\"bob\","
                              "\"get_conversation_list_param_conv_type\":1}]",
                              cb, data);
}
static int total_unread(TIMCommCallback cb, const void *data) {
    return TIMConvGetTotalUnreadMessageCount(cb, data);
}
static int clean_unread(TIMCommCallback cb, const void *data) {
    return TIMConvCleanConversationUnreadMessageCount("c2c_bob", 0, 0, cb, data);
}
static int explain(TIMCommCallback cb, const void *data) {
    return timbre_explain("bob", kTIMConv_C2C, cb, data);
}

/* TIMLogin and TIMLogout are not here: they change the state in which the others are called. */
const Function functions[] = {
    {"TIMSetConfig", set_config, 0, 0, 0},
    {"callExperimentalAPI", operation, 0, 0, 0},
    {"TIMMsgSendMessage", send, 6013, 6014, 0},
    {"TIMMsgGetMsgList", history, 6013, 6014, 0},
    {"TIMMsgFindMessages", find, 6013, 6014, 0},
    {"TIMMsgSetLocalCustomData", local_data, 6013, 6014, 0},
    {"TIMMsgReportReaded", report_read, 6013, 6014, 0},
    {"TIMConvGetConvList", conversation_list, 6013, 6014, 0},
    {"TIMConvGetConvInfo", conversation_info, 6013, 6014, 0},
    {"TIMConvGetTotalUnreadMessageCount", total_unread, 6013, 6014, 0},
    {"TIMConvCleanConversationUnreadMessageCount", clean_unread, 6013, 6014, 0},
    {"timbre_explain", explain, 6013, 6014, 0},
};
const size_t function_count = sizeof functions / sizeof *functions;

static void on_network(enum TIMNetworkStatus status, int32_t code, const char *desc, const void *data) {
    CHECK(desc && data == (const void *)1, "status %d, code %d: desc or user_data is wrong", (int)status, code);
}
static void on_plain(const void *data) {
    CHECK(data == (const void *)1, "user_data is wrong");
}
static void on_text(const char *text, const void *data) {
    CHECK(text && *text && data == (const void *)1, "the text or user_data is wrong");
}
static void on_two_texts(const char *one, const char *two, const void *data) {
    CHECK(one && two && data == (const void *)1, "a text or user_data is wrong");
}
static void on_log(enum TIMLogLevel level, const char *text, const void *data) {
    CHECK(level >= kTIMLog_Test && level <= kTIMLog_Assert, "a log line of level %d", (int)level);
    CHECK(text && *text && data == (const void *)1, "the log line or user_data is wrong");
}
static void on_conversations(enum TIMConvEvent event, const char *json, const void *data) {
    CHECK(json && data == (const void *)1, "conversation event %d: the text or user_data is wrong", (int)event);
}
static void on_total(int total, const void *data) {
    CHECK(total >= 0 && data == (const void *)1, "total %d, or user_data is wrong", total);
}

void call_plain_functions(void) {
    const void *one = (const void *)1;
    char id[128];
    TIMSetNetworkStatusListenerCallback(on_network, one);
    TIMSetKickedOfflineCallback(on_plain, one);
    TIMSetUserSigExpiredCallback(on_plain, one);
    TIMSetLogCallback(on_log, one);
    TIMSetExperimentalNotifyCallback(on_two_texts, one);
    TIMAddRecvNewMsgCallback(on_text, one);
    TIMAddRecvNewMsgCallback(on_text, one);
    TIMAddRecvNewMsgCallback(NULL, NULL);
    TIMSetMsgReadedReceiptCallback(on_text, one);
    TIMSetConvEventCallback(on_conversations, one);
    TIMSetConvTotalUnreadMessageCountChangedCallback(on_total, one);
    TIMRemoveRecvNewMsgCallback(on_text);
    TIMRemoveRecvNewMsgCallback(on_text);
    TIMRemoveRecvNewMsgCallback(NULL);
    TIMSetNetworkStatusListenerCallback(NULL, NULL);
    TIMSetKickedOfflineCallback(NULL, NULL);
    TIMSetUserSigExpiredCallback(NULL, NULL);
    TIMSetLogCallback(NULL, NULL);
    TIMSetExperimentalNotifyCallback(NULL, NULL);
    TIMSetMsgReadedReceiptCallback(NULL, NULL);
    TIMSetConvEventCallback(NULL, NULL);
    TIMSetConvTotalUnreadMessageCountChangedCallback(NULL, NULL);
    const char *version = TIMGetSDKVersion();
    CHECK(version && strncmp(version, "8.6.0+timbre.", 13) == 0, "the version is %s", version ? version : "NULL");
    CHECK(TIMGetServerTime() > 1700000000, "the server's time is long ago");
    memset(id, 'x', sizeof id);
    CHECK(TIMGetLoginUserID(id) == TIM_SUCC && memchr(id, '\0', sizeof id), "TIMGetLoginUserID wrote no text");
    CHECK(TIMGetLoginUserID(NULL) == TIM_ERR_PARAM, "TIMGetLoginUserID took NULL");
    int status = (int)TIMGetLoginStatus();
    CHECK(status >= kTIMLoginStatus_Logined && status <= kTIMLoginStatus_Logouting, "the status is %d", status);
    CHECK(timbre_run_callbacks(1) == -1, "callbacks were pumped outside pump mode");
}
