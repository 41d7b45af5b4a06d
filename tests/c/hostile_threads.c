/* Many threads at once, and an end in the middle of it. */
#include "harness.h"

#include <pthread.h>
#include <stdint.h>

enum { THREADS = 8 };

static void *call_in_turn(void *number) {
    size_t first = (size_t)(uintptr_t)number;
    int times = repeats(100);
    for (int i = 0; i < times; i++) {
        const Function *f = &functions[(first + (size_t)i) % function_count];
        Reply *r = reply(f->name);
        int code = returned(r, f->call(on_reply, r)) == TIM_SUCC ? reply_wait(r) : -1;
        /* Many at once may run into the limits on calls; nothing else may go wrong. */
        CHECK(code == f->logged_in || code == -10113 || code == 7008, "%s from a thread ended with %d", f->name, code);
        if (i % 10 == 0) call_plain_functions();
    }
    return NULL;
}

static void run_threads(void *(*work)(void *)) {
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i) == 0, "no thread could be started");
    for (size_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

void test_threads(void) {
    run_threads(call_in_turn);
}

static void *call_without_waiting(void *number) {
    size_t first = (size_t)(uintptr_t)number;
    int times = repeats(200);
    for (int i = 0; i < times; i++) {
        const Function *f = &functions[(first + (size_t)i) % function_count];
        Reply *r = reply(f->name);
        CHECK(returned(r, f->call(on_reply, r)) == TIM_SUCC, "%s failed while the library ended", f->name);
        if (first == 0 && i == times / 10) CHECK(TIMUninit() == TIM_SUCC, "TIMUninit failed");
    }
    return NULL;
}

/* CORE-060 */
void test_uninit_with_calls_pending(void) {
    Reply *pending[64];
    for (size_t i = 0; i < sizeof pending / sizeof *pending; i++) {
        const Function *f = &functions[i % function_count];
        pending[i] = reply(f->name);
        returned(pending[i], f->call(on_reply, pending[i]));
    }
    CHECK(TIMUninit() == TIM_SUCC, "TIMUninit failed");
    for (size_t i = 0; i < sizeof pending / sizeof *pending; i++)
        CHECK(reply_runs(pending[i]) == 1, "a pending call was answered %d times when TIMUninit returned",
              reply_runs(pending[i]));
    replies_settled("after TIMUninit with calls pending");
    /* The same with other threads still calling: afterwards the calls are answered as before TIMInit. */
    for (int i = 0; i < repeats(20); i++) {
        CHECK(start(NULL) == TIM_SUCC, "TIMInit failed");
        run_threads(call_without_waiting);
        /* All answers that are still on their way come in order before this one. */
        Reply *r = reply("TIMConvGetConvList");
        EXPECT(r, TIMConvGetConvList(on_reply, r), TIM_SUCC, 6013);
        replies_settled("after TIMUninit among threads");
    }
}
