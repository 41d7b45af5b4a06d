/* Messages that must not be sent, and that must not break anything. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refused(const char *what, const char *to, const char *message, int code) {
    char id[128];
    memset(id, 'x', sizeof id);
    Reply *r = reply(what);
    EXPECT(r, TIMMsgSendMessage(to, kTIMConv_C2C, message, id, on_reply, r), TIM_SUCC, code);
    CHECK(memchr(id, '\0', sizeof id) && id[0], "%s: no message id was written", what);
}

/* The message with one text element of this many letters. */
static char *long_text(size_t letters) {
    static const char head[] = "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"";
    char *text = malloc(sizeof head + letters + 8);
    if (!text) exit(2);
    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, 'x', letters);
    strcpy(text + sizeof head - 1 + letters, "\"}]}");
    return text;
}

/* MSG-060 */
void test_message_faults(void) {
    refused("no elements", "bob", "{\"message_elem_array\":[]}", 6017);
    refused("an empty text", "bob", "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"\"}]}", 6017);
    refused("a number for a text", "bob", "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":7}]}", 6016);
    refused("no text in a text", "bob", "{\"message_elem_array\":[{\"elem_type\":0}]}", 6016);
    refused("an unknown element", "bob", "{\"message_elem_array\":[{\"elem_type\":4711}]}", 6016);
    refused("an element that is none", "bob", "{\"message_elem_array\":[null]}", 6016);
    refused("nobody", "nobody-has-this-name", "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"x\"}]}", 20003);
    refused("a name that is none", "a\nb", "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"x\"}]}", 6032);
    refused("a name too long", "123456789012345678901234567890123",
            "{\"message_elem_array\":[{\"elem_type\":0,\"text_elem_content\":\"x\"}]}", 6032);
    char *text = long_text(1000000);
    refused("a text too long", "bob", text, 8001);
    free(text);
    /* This function takes more JSON than others, for merged messages: still too long for a message. */
    text = long_text(2 * 1024 * 1024);
    refused("a longer text", "bob", text, 8001);
    free(text);
    text = long_text(16 * 1024 * 1024);
    Reply *r = reply("JSON too long");
    EXPECT(r, TIMMsgSendMessage("bob", kTIMConv_C2C, text, NULL, on_reply, r), TIM_ERR_JSON, 0);
    free(text);
    /* Everything odd that is allowed, in one message. */
    r = reply("an odd message");
    EXPECT(r,
           TIMMsgSendMessage("bob", kTIMConv_C2C,
                             "\xef\xbb\xbf {\"message_seq\":0,\"message_rand\":0.0,\"unknown\":[{}],\"message_priority\":null,"
                             "\"message_custom_int\":\"x\",\"message_elem_array\":[{\"elem_type\":3,"
                             "\"custom_elem_data\":\"\\u0000b64:/w==\",\"text_elem_content\":5},{\"elem_type\":0,"
                             "\"text_elem_content\":\"\\ud83d\\ude00\"}]} ",
                             NULL, on_reply, r),
           TIM_SUCC, 0);
}
