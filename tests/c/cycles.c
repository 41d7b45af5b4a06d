/* Starts and ends the library a thousand times in one process: memory, threads and open files stay where they were. */
#include "TIMCloud.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { CYCLES = 1000, WARM_UP = 100 };

/* Growth that is allowed over 900 cycles, in KiB: pages of the allocator's, not a leak of even 1 KiB a cycle. */
enum { ALLOWED = 900 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ran = PTHREAD_COND_INITIALIZER;
static int runs;

static void done(int32_t code, const char *desc, const char *json_params, const void *user_data) {
    (void)desc;
    (void)json_params;
    (void)user_data;
    pthread_mutex_lock(&lock);
    if (code == 0) runs++;
    pthread_cond_signal(&ran);
    pthread_mutex_unlock(&lock);
}

static long status(const char *key) {
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    if (!file) return -1;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0) sscanf(line + strlen(key), "%ld", &value);
    fclose(file);
    return value;
}

static int files(void) {
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir) return -1;
    while (readdir(dir)) count++;
    closedir(dir);
    return count;
}

static int cycle(void) {
    int before = runs;
    if (TIMInit(1400000001, "{\"sdk_config_config_file_path\":\"data\",\"sdk_config_log_file_path\":\"log\"}") != TIM_SUCC) {
        printf("TIMInit failed\n");
        return 1;
    }
    if (TIMSetConfig("{\"set_config_is_log_output_console\":false}", done, NULL) != TIM_SUCC) {
        printf("TIMSetConfig failed\n");
        return 1;
    }
    TIMUninit();
    if (runs != before + 1) {
        printf("the callback ran %d times\n", runs - before);
        return 1;
    }
    return 0;
}

/* CORE-060 */
int main(void) {
    long threads = status("Threads:");
    int open_files = files();
    long warm = 0;
    for (int i = 0; i < CYCLES; i++) {
        if (i == WARM_UP) warm = status("VmRSS:");
        if (cycle()) {
            printf("in cycle %d\n", i);
            return 1;
        }
    }
    long grown = status("VmRSS:") - warm;
    printf("%d cycles: %ld KiB resident after %d, %ld KiB more at the end; threads %ld -> %ld, files %d -> %d\n", CYCLES,
           warm, WARM_UP, grown, threads, status("Threads:"), open_files, files());
    if (grown > ALLOWED) {
        printf("memory grows\n");
        return 1;
    }
    if (status("Threads:") != threads || files() != open_files) {
        printf("threads or files are left over\n");
        return 1;
    }
    return 0;
}
