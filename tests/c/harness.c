#include "harness.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Longest wait for one answer, in seconds: far above any time-out that the calls here can run into. */
enum { PATIENCE = 120 };

struct Reply {
    struct Reply *next;
    const char *what;
    int result, known, runs, code;
    char *desc, *json;
    void (*then)(void);
};

struct Signal {
    int raised;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static Reply *replies;
static int checks, failures;
static struct Signal four[4];
Signal *const signals[4] = {&four[0], &four[1], &four[2], &four[3]};

void check(int ok, const char *file, int line, const char *format, ...) {
    va_list list;
    pthread_mutex_lock(&lock);
    checks++;
    if (!ok) {
        failures++;
        printf("%s:%d: ", file, line);
        va_start(list, format);
        vprintf(format, list);
        va_end(list);
        putchar('\n');
        fflush(stdout);
    }
    pthread_mutex_unlock(&lock);
}

int check_summary(void) {
    printf("%d checks, %d failed\n", checks, failures);
    return failures ? 1 : 0;
}

static void *need(void *memory) {
    if (!memory) {
        printf("out of memory\n");
        exit(2);
    }
    return memory;
}

static char *copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(need(malloc(size)), text, size);
}

Reply *reply(const char *what) {
    Reply *r = need(calloc(1, sizeof *r));
    r->what = what;
    pthread_mutex_lock(&lock);
    r->next = replies;
    replies = r;
    pthread_mutex_unlock(&lock);
    return r;
}

static int is_utf8(const char *text) {
    const unsigned char *p = (const unsigned char *)text;
    while (*p) {
        int more = *p < 0x80 ? 0 : *p >= 0xc2 && *p < 0xe0 ? 1 : *p >= 0xe0 && *p < 0xf0 ? 2 : *p >= 0xf0 && *p < 0xf5 ? 3 : -1;
        if (more < 0) return 0;
        for (p++; more > 0; more--, p++)
            if ((*p & 0xc0) != 0x80) return 0;
    }
    return 1;
}

void on_reply(int32_t code, const char *desc, const char *json_params, const void *user_data) {
    Reply *r = (Reply *)user_data;
    CHECK(desc != NULL, "%s: desc is NULL", r->what);
    CHECK(json_params != NULL, "%s: json_params is NULL", r->what);
    if (!desc) desc = "";
    if (!json_params) json_params = "";
    CHECK(is_utf8(desc) && is_utf8(json_params), "%s: a text is not UTF-8", r->what);
    CHECK(code == 0 || desc[0], "%s: code %d comes without words", r->what, code);
    if (r->then) r->then();
    pthread_mutex_lock(&lock);
    if (r->runs++ == 0) {
        r->code = code;
        r->desc = copy(desc);
        r->json = copy(json_params);
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void reply_then(Reply *r, void (*then)(void)) {
    r->then = then;
}

int returned(Reply *r, int result) {
    pthread_mutex_lock(&lock);
    r->result = result;
    r->known = 1;
    pthread_mutex_unlock(&lock);
    return result;
}

/* With the lock held: waits until the number is not 0; 0 when the time is over. */
static int wait_nonzero(const int *number) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE;
    while (!*number && pthread_cond_timedwait(&changed, &lock, &end) == 0) {}
    return *number;
}

int reply_wait(Reply *r) {
    pthread_mutex_lock(&lock);
    int runs = wait_nonzero(&r->runs);
    pthread_mutex_unlock(&lock);
    CHECK(runs, "%s: no answer within %d s", r->what, PATIENCE);
    return runs ? r->code : -99999;
}

const char *reply_json(Reply *r) {
    return r->json ? r->json : "";
}

const char *reply_desc(Reply *r) {
    return r->desc ? r->desc : "";
}

int reply_runs(Reply *r) {
    pthread_mutex_lock(&lock);
    int runs = r->runs;
    pthread_mutex_unlock(&lock);
    return runs;
}

void replies_settled(const char *what) {
    for (Reply *r = replies; r; r = r->next) {
        int wanted = r->known && r->result == TIM_SUCC;
        CHECK(reply_runs(r) == wanted, "%s: %s returned %d and was answered %d times", what, r->what, r->result,
              reply_runs(r));
    }
    while (replies) {
        Reply *r = replies;
        replies = r->next;
        free(r->desc);
        free(r->json);
        free(r);
    }
}

void expect(Reply *r, int got, int result, int code, const char *file, int line) {
    returned(r, got);
    check(got == result, file, line, "%s returned %d, not %d", r->what, got, result);
    if (got != TIM_SUCC || result != TIM_SUCC) return;
    int came = reply_wait(r);
    check(came == code, file, line, "%s: code %d \"%s\", not %d", r->what, came, reply_desc(r), code);
}

static const char *environment(const char *name) {
    const char *value = getenv(name);
    if (!value || !*value) {
        printf("the environment variable %s is missing\n", name);
        exit(2);
    }
    return value;
}

const char *test_url(void) {
    return environment("TIMBRE_TEST_URL");
}

uint64_t test_app(void) {
    return strtoull(environment("TIMBRE_TEST_APP"), NULL, 10);
}

const char *test_sig(const char *user) {
    return environment(strcmp(user, "alice") == 0 ? "TIMBRE_TEST_SIG_ALICE" : "TIMBRE_TEST_SIG_BOB");
}

int start(const char *url) {
    char config[1024];
    snprintf(config, sizeof config, "{\"sdk_config_config_file_path\":\"data\",\"sdk_config_log_file_path\":\"log\"%s%s%s}",
             url ? ",\"sdk_config_server_url\":\"" : "", url ? url : "", url ? "\"" : "");
    return TIMInit(test_app(), config);
}

void login(const char *user) {
    Reply *r = reply("TIMLogin");
    EXPECT(r, TIMLogin(user, test_sig(user), on_reply, r), TIM_SUCC, 0);
    CHECK(TIMGetLoginStatus() == kTIMLoginStatus_Logined, "logged in, and the status is %d", (int)TIMGetLoginStatus());
}

int repeats(int times) {
    const char *slow = getenv("TIMBRE_TEST_SLOW");
    int less = slow && *slow == '1' ? times / 20 : times;
    return less > 0 ? less : 1;
}

void signal_raise(Signal *s) {
    pthread_mutex_lock(&lock);
    s->raised = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void signal_reset(Signal *s) {
    pthread_mutex_lock(&lock);
    s->raised = 0;
    pthread_mutex_unlock(&lock);
}

void signal_wait(Signal *s, const char *what) {
    pthread_mutex_lock(&lock);
    int raised = wait_nonzero(&s->raised);
    pthread_mutex_unlock(&lock);
    CHECK(raised, "did not happen within %d s: %s", PATIENCE, what);
}
