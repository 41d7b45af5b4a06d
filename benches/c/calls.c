/* What a call costs through the C API: from the call to its callback, one at a time and many under way, with nobody
 * logged in; and what the library keeps in memory when it is idle. Prints a name and a figure a line. The reference
 * is the same with nothing in between but the two hand-overs: a thread for the engine, a thread for the callbacks. */
#include "TIMCloud.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PINGS = 20000, CALLS = 500000, ROUNDS = 5 };

static double now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* ---- the reference: a queue of callbacks, handed from thread to thread ---- */

typedef void (*Callback)(int32_t code, const char *desc, const char *json, const void *user_data);

typedef struct Item {
    Callback callback;
    const void *user_data;
    struct Item *next;
} Item;

typedef struct Queue {
    pthread_mutex_t lock;
    pthread_cond_t ready;
    Item *first, **last;
} Queue;

static Queue to_engine, to_callbacks;

static void queue_init(Queue *queue) {
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->ready, NULL);
    queue->first = NULL;
    queue->last = &queue->first;
}

static void put(Queue *queue, Item *item) {
    item->next = NULL;
    pthread_mutex_lock(&queue->lock);
    *queue->last = item;
    queue->last = &item->next;
    pthread_cond_signal(&queue->ready);
    pthread_mutex_unlock(&queue->lock);
}

static Item *take(Queue *queue) {
    Item *item;
    pthread_mutex_lock(&queue->lock);
    while (!(item = queue->first)) pthread_cond_wait(&queue->ready, &queue->lock);
    queue->first = item->next;
    if (!queue->first) queue->last = &queue->first;
    pthread_mutex_unlock(&queue->lock);
    return item;
}

static void *engine(void *unused) {
    (void)unused;
    for (;;) put(&to_callbacks, take(&to_engine));
    return NULL;
}

static void *callbacks(void *unused) {
    (void)unused;
    for (;;) {
        Item *item = take(&to_callbacks);
        item->callback(0, "", "", item->user_data);
        free(item);
    }
    return NULL;
}

static int bare_call(Callback callback, const void *user_data) {
    Item *item = malloc(sizeof *item);
    if (!item) abort();
    item->callback = callback;
    item->user_data = user_data;
    put(&to_engine, item);
    return 0;
}

/* ---- both ways of calling ---- */

typedef int (*Call)(Callback callback, const void *user_data);

static int library_call(Callback callback, const void *user_data) {
    return TIMConvGetTotalUnreadMessageCount((TIMCommCallback)callback, user_data);
}

typedef struct Run {
    Call call;
    long left;
    double sent, *took;
    pthread_mutex_t lock;
    pthread_cond_t over;
} Run;

static void run_over(Run *run) {
    pthread_mutex_lock(&run->lock);
    pthread_cond_signal(&run->over);
    pthread_mutex_unlock(&run->lock);
}

static void ping(Run *run) {
    run->sent = now_us();
    if (run->call == NULL) abort();
    extern void on_pong(int32_t, const char *, const char *, const void *);
    if (run->call(on_pong, run) != 0) abort();
}

void on_pong(int32_t code, const char *desc, const char *json, const void *user_data) {
    Run *run = (Run *)user_data;
    (void)code, (void)desc, (void)json;
    run->took[--run->left] = now_us() - run->sent;
    if (run->left > 0)
        ping(run);
    else
        run_over(run);
}

static void on_answer(int32_t code, const char *desc, const char *json, const void *user_data) {
    Run *run = (Run *)user_data;
    (void)code, (void)desc, (void)json;
    if (--run->left == 0) run_over(run);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

/* Median microseconds from call to callback, the callback making the next call. */
static double ping_pong(Call call) {
    static double took[PINGS];
    Run run = {call, PINGS, 0, took, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
    pthread_mutex_lock(&run.lock);
    ping(&run);
    while (run.left > 0) pthread_cond_wait(&run.over, &run.lock);
    pthread_mutex_unlock(&run.lock);
    return median(took, PINGS);
}

/* Calls a second, from the first call to the last callback. */
static double pipelined(Call call) {
    Run run = {call, CALLS, 0, NULL, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER};
    double start = now_us();
    pthread_mutex_lock(&run.lock);
    for (long i = 0; i < CALLS; i++)
        if (call(on_answer, &run) != 0) abort();
    while (run.left > 0) pthread_cond_wait(&run.over, &run.lock);
    pthread_mutex_unlock(&run.lock);
    return CALLS / (now_us() - start) * 1e6;
}

static long resident_kib(void) {
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1) break;
    if (file) fclose(file);
    return kib;
}

static void init(const char *folder) {
    char config[1024];
    snprintf(config, sizeof config,
             "{\"sdk_config_config_file_path\":\"%s\",\"sdk_config_log_file_path\":\"%s\"}", folder, folder);
    if (TIMInit(1400000001, config) != 0) abort();
}

static void measure_calls(void) {
    pthread_t thread;
    double pings[2][ROUNDS], rates[2][ROUNDS];
    queue_init(&to_engine);
    queue_init(&to_callbacks);
    pthread_create(&thread, NULL, engine, NULL);
    pthread_create(&thread, NULL, callbacks, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        pings[0][round] = ping_pong(library_call);
        pings[1][round] = ping_pong(bare_call);
        rates[0][round] = pipelined(library_call);
        rates[1][round] = pipelined(bare_call);
    }
    printf("ping_us %f\nbare_ping_us %f\n", median(pings[0], ROUNDS), median(pings[1], ROUNDS));
    printf("calls_per_s %f\nbare_calls_per_s %f\n", median(rates[0], ROUNDS), median(rates[1], ROUNDS));
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    printf("resident_before_kib %ld\n", resident_kib());
    init(argv[2]);
    if (strcmp(argv[1], "memory") == 0) {
        sleep(2);
        printf("resident_kib %ld\n", resident_kib());
    } else {
        measure_calls();
    }
    fflush(stdout);
    return TIMUninit();
}
