/* Bob's side of the story that `cargo xtask demo` plays: he answers, goes away, and comes back to what he missed. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static void first(void) {
    wait_received(1);
    send_text("alice", "Good morning, Alice!");
    wait_received(2);
    say_unread("alice");
    read_everything("alice");
    say_unread("alice");
    cue("go away");
    end();
}

static void back(void) {
    wait_received(3);
    say_unread("alice");
    Call *call = call_saying("has cleared the unread count of alice");
    int result = TIMConvCleanConversationUnreadMessageCount("c2c_alice", 0, 0, call_done, call);
    free(call_wait(call, result, "TIMConvCleanConversationUnreadMessageCount"));
    say_unread("alice");
    wait_received(4);
    cue("the end");
    end();
}

int main(int argc, char **argv) {
    begin("bob", NULL, argc, argv);
    if (strcmp(role(), "back") == 0)
        back();
    else
        first();
    return 0;
}
