/* Alice's side of the story that `cargo xtask demo` plays: she writes to bob, and later looks at the same
 * conversation on her phone. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static void say_conversation(void) {
    char text[1024];
    Call *call = call_new();
    char *list = call_wait(call, TIMConvGetConvList(call_done, call), "TIMConvGetConvList");
    Json conversations = json_parse(list);
    for (size_t i = 0; i < json_count(conversations); i++) {
        char id[64];
        Json conversation = json_item(conversations, i);
        say("conversation with %s: unread %lld, last message: %s",
            json_string(json_get(conversation, "conv_id"), id, sizeof id),
            json_number(json_get(conversation, "conv_unread_num"), -1),
            content(json_get(conversation, "conv_last_msg"), text, sizeof text));
    }
    free(list);
}

static void say_history(void) {
    /* "ramble": from the server as well, for this device holds next to nothing yet. */
    const char *param = "{\"msg_getmsglist_param_count\":20,\"msg_getmsglist_param_is_ramble\":true}";
    Call *call = call_new();
    int result = TIMMsgGetMsgList("bob", kTIMConv_C2C, param, call_done, call);
    char *list = call_wait(call, result, "TIMMsgGetMsgList");
    Json messages = json_parse(list);
    /* The page begins with the newest message; people read from the oldest. */
    for (size_t i = json_count(messages); i-- > 0;) {
        char text[1024], sender[64];
        Json message = json_item(messages, i);
        int mine = (int)json_number(json_get(message, "message_is_from_self"), 0);
        int read = (int)json_number(json_get(message, "message_is_peer_read"), 0);
        json_string(json_get(message, "message_sender"), sender, sizeof sender);
        say("history: %s: %s%s", mine ? "me" : sender, content(message, text, sizeof text),
            mine && read ? " (read by bob)" : "");
    }
    free(list);
}

static void on_phone(int argc, char **argv) {
    begin("alice", "iPhone", argc, argv);
    wait_synchronised();
    say_conversation();
    say_history();
    /* The message that the other device is about to send. */
    wait_received(1);
    cue("the end");
    end();
}

int main(int argc, char **argv) {
    if (argc > 4 && strcmp(argv[4], "phone") == 0) {
        on_phone(argc, argv);
        return 0;
    }
    begin("alice", NULL, argc, argv);
    send_text("bob", "Good morning, Bob!");
    wait_received(1);
    read_everything("bob");
    send_custom("bob", "{\"invitation\":\"tea\",\"at\":\"five\"}");
    wait_receipts(1);
    cue("bob is away");
    send_text("bob", "Are you coming?");
    send_text("bob", "We have the table by the window.");
    send_text("bob", "I order tea for you.");
    wait_receipts(2);
    cue("my phone is on");
    send_text("bob", "See you soon!");
    cue("the end");
    end();
    return 0;
}
