/* What the hostile program checks with: replies that count their callbacks, a table of every function that answers
 * through a callback, and checks that say where they failed. */
#ifndef TIMBRE_TEST_HARNESS_H
#define TIMBRE_TEST_HARNESS_H

#include "TIMCloud.h"

#include <stddef.h>

/* Counts a check; a failed one is printed with its place and the text. */
#define CHECK(ok, ...) check((ok) ? 1 : 0, __FILE__, __LINE__, __VA_ARGS__)
void check(int ok, const char *file, int line, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/* Prints the figures; gives the program's exit status. */
int check_summary(void);

/* The answer to one call. It is never freed: every reply of the program is looked at again by replies_settled. */
typedef struct Reply Reply;

/* A new reply for a call named `what`. */
Reply *reply(const char *what);

/* The callback for a reply, which is its user_data. Checks the texts it is given. */
void on_reply(int32_t code, const char *desc, const char *json_params, const void *user_data);

/* Runs inside the callback of this reply, before whoever waits for it goes on. */
void reply_then(Reply *reply, void (*then)(void));

/* Notes what the function returned; gives it. */
int returned(Reply *reply, int result);

/* Waits for the callback; its code. A reply that does not come within the time is a failed check, and -99999. */
int reply_wait(Reply *reply);

/* What the callback brought, after reply_wait. */
const char *reply_json(Reply *reply);
const char *reply_desc(Reply *reply);

/* How often the callback has run so far. */
int reply_runs(Reply *reply);

/* Checks that every accepted call so far has been answered exactly once, every refused one never; `what` says when.
 * Only to be called when nothing can be on its way: after TIMUninit. */
void replies_settled(const char *what);

/* The calls made with these replies must return `result` and, where that is 0, end with `code`. */
#define EXPECT(call_reply, call, result, code) expect(call_reply, call, result, code, __FILE__, __LINE__)
void expect(Reply *reply, int got, int result, int code, const char *file, int line);

/* A function that answers through a completion callback, called in its plainest valid way. */
typedef struct Function {
    const char *name;
    int (*call)(TIMCommCallback cb, const void *user_data);
    /* Codes that its callback brings before TIMInit, before login, and once logged in. */
    int before_init, before_login, logged_in;
} Function;

extern const Function functions[];
extern const size_t function_count;

/* Calls all functions without a completion: setters, getters, the pump. Checks what they answer at once. */
void call_plain_functions(void);

/* TIMInit with the test's own folder; a URL of NULL leaves the server out. */
int start(const char *url);

/* The server, app and signatures given by the environment; each ends the program when it is missing. */
const char *test_url(void);
uint64_t test_app(void);
const char *test_sig(const char *user);

/* Logs in and checks that it succeeds. */
void login(const char *user);

/* `times`, or much less where the machine that runs this is slow (valgrind). */
int repeats(int times);

/* A flag that one thread raises and others wait for. */
typedef struct Signal Signal;
extern Signal *const signals[4];
void signal_raise(Signal *signal);
void signal_reset(Signal *signal);
/* Checks that it is raised in time. */
void signal_wait(Signal *signal, const char *what);

/* The parts, in the order in which they run. */
void test_before_init(void);
void test_before_login(void);
void test_bad_arguments(int initialised);
void test_no_callback(void);
void test_inside_completion(void);
void test_uninit_inside_callback(void);
void test_pump(void);
void test_logged_in(void);
void test_message_faults(void);
void test_inside_event(void);
void test_registration(void);
void test_threads(void);
void test_uninit_with_calls_pending(void);
void test_after_uninit(void);

#endif
