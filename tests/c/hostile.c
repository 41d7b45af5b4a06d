/* Calls every function of the library wrongly, in every state, from everywhere. Run by `cargo xtask test` against a
 * server of its own: plainly, under AddressSanitizer and under valgrind. */
#include "harness.h"

#include <stdio.h>

static void part(const char *name) {
    printf("%s\n", name);
    fflush(stdout);
}

int main(void) {
    part("before TIMInit");
    test_before_init();
    test_bad_arguments(0);
    test_no_callback();
    test_inside_completion();

    part("before login");
    CHECK(start(NULL) == TIM_SUCC, "TIMInit failed");
    test_before_login();
    test_bad_arguments(1);
    test_no_callback();
    test_inside_completion();
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit failed");
    replies_settled("before login");

    part("TIMUninit inside callbacks");
    test_uninit_inside_callback();
    part("pump mode");
    test_pump();

    part("logged in");
    CHECK(start(test_url()) == TIM_SUCC, "TIMInit failed");
    test_logged_in();
    test_bad_arguments(1);
    test_no_callback();
    test_message_faults();
    part("inside callbacks");
    test_inside_completion();
    test_inside_event();
    test_registration();
    part("threads");
    test_threads();
    part("TIMUninit with calls pending");
    test_uninit_with_calls_pending();

    part("after TIMUninit");
    test_after_uninit();
    test_bad_arguments(0);
    return check_summary();
}
