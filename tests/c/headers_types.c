/* The headers in plain C: own bool, enums that are ints, callbacks that take what they say. */
#include "TIMCloud.h"
#include "TIMCloud.h"

#include <stdbool.h>

static void done(int32_t code, const char *desc, const char *json_params, const void *user_data) {
    (void)code;
    (void)desc;
    (void)json_params;
    (void)user_data;
}

typedef char enums_are_ints[sizeof(enum TIMConvType) == sizeof(int) && sizeof(enum TIMResult) == sizeof(int) ? 1 : -1];

int use(void);
int use(void) {
    TIMCommCallback callback = done;
    enum TIMLoginStatus status = TIMGetLoginStatus();
    bool logged_in = status == kTIMLoginStatus_Logined;
    return logged_in ? TIMLogout(callback, 0) : TIMInit(1, "{}");
}
