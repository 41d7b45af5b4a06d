//! The program that makes wrong calls, one per process.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Contract, c_string, text};

const HEAD: &str = r#"#include "TIMCloud.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ran = PTHREAD_COND_INITIALIZER;
static int runs;
static int got_code;
static char got_desc[4096], got_json[4096];
static const void *got_data;
static int token;
static char buffer[128];
/* All calls run in this process: the library stays as it is between them. */
static int keep;

static void done(int32_t code, const char *desc, const char *json, const void *user_data) {
    pthread_mutex_lock(&lock);
    runs++;
    got_code = code;
    snprintf(got_desc, sizeof got_desc, "%s", desc ? desc : "(NULL)");
    snprintf(got_json, sizeof got_json, "%s", json ? json : "(NULL)");
    got_data = user_data;
    pthread_cond_broadcast(&ran);
    pthread_mutex_unlock(&lock);
}

/* The one completion of another type: it has no room for a code. */
static void listed(const char *json, uint64_t next_seq, bool is_finished, const void *user_data) {
    (void)next_seq;
    done(is_finished ? 0 : 1, "", json, user_data);
}

static int differs(const char *what, const char *got, const char *want) {
    if (!want || strcmp(got, want) == 0) return 0;
    printf("%s is \"%s\", not \"%s\"; ", what, got, want);
    return 1;
}

/* Waits for the callback if there is to be one, and compares. */
static int judge(long long returned, long long returns, int callbacks, int code, const char *desc, const char *json) {
    int wrong = 0;
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 10;
    pthread_mutex_lock(&lock);
    while (runs < callbacks && pthread_cond_timedwait(&ran, &lock, &end) == 0) {}
    /* Nothing may come behind what was waited for: the end of the library would bring it. */
    pthread_mutex_unlock(&lock);
    if (!keep) TIMUninit();
    if (returned != returns) {
        printf("returned %lld, not %lld; ", returned, returns);
        wrong = 1;
    }
    if (runs != callbacks) {
        printf("called back %d times, not %d; ", runs, callbacks);
        return 1;
    }
    if (runs == 0) return wrong;
    if (got_code != code) {
        printf("code is %d (%s), not %d; ", got_code, got_desc, code);
        wrong = 1;
    }
    if (got_data != &token) {
        printf("user_data came back changed; ");
        wrong = 1;
    }
    return wrong | differs("desc", got_desc, desc) | differs("json_params", got_json, json);
}

static void start(void) {
    if (TIMInit(1400000001, "{\"sdk_config_config_file_path\":\"data\",\"sdk_config_log_file_path\":\"log\"}") != TIM_SUCC) {
        printf("TIMInit failed\n");
        exit(2);
    }
}

static int make(int number, int before_init) {
    (void)done;
    (void)listed;
    (void)buffer;
    runs = 0;
    switch (number) {
"#;

const TAIL: &str = r#"    default: printf("no such case\n"); return 2;
    }
}

/* Every case of one state; the number of those that were answered wrongly. */
static int all(int before_init) {
    int wrong = 0, made = 0;
    for (int number = 0; number < CASES; number++) {
        /* A case before it may have ended the library; starting it twice does nothing. */
        if (!before_init) start();
        int answer = make(number, before_init);
        if (answer < 0) continue;
        made++;
        if (answer > 0) {
            printf("(case %d)\n", number);
            wrong++;
        }
    }
    printf("%d calls %s, %d answered otherwise than the contract says\n", made,
           before_init ? "before TIMInit" : "without a login", wrong);
    return wrong;
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "all") == 0) {
        keep = 1;
        int wrong = all(1);
        wrong += all(0);
        TIMUninit();
        return wrong != 0;
    }
    int number = argc > 1 ? atoi(argv[1]) : -1;
    int answer = make(number, 1);
    if (answer >= 0) return answer;
    start();
    return make(number, 0);
}
"#;

/// One program with a case for each wrong call.
pub(super) fn source(contract: &Contract) -> Result<String, String> {
    let mut out = String::from(HEAD);
    for (number, call) in contract.wrong_calls.iter().enumerate() {
        let name = text(call, "function")?;
        let function = contract.function(name)?;
        let arguments = arguments(contract, function, call)?;
        let before = match text(call, "state")? {
            "before init" => 1,
            "not logged in" => 0,
            other => return Err(format!("{call}: no such state: {other}")),
        };
        let callbacks = call["callbacks"]
            .as_u64()
            .unwrap_or(u64::from(!call["code"].is_null()));
        let judged = format!(
            "judge((long long){name}({arguments}), {}, {callbacks}, {}, {}, {})",
            call["returns"],
            call["code"].as_i64().unwrap_or(0),
            c_string(call["desc"].as_str()),
            c_string(call["json_params"].as_str()),
        );
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "    case {number}: if (before_init != {before}) return -1; return {judged};"
        );
    }
    out.push_str(&TAIL.replace("CASES", &contract.wrong_calls.len().to_string()));
    Ok(out)
}

/// The arguments as C expressions: `args` gives the texts and numbers in order, the rest is the program's own.
fn arguments(contract: &Contract, function: &Value, call: &Value) -> Result<String, String> {
    let mut given = call["args"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter();
    let mut list = Vec::new();
    for (name, kind) in contract.parameters(function)? {
        let mut next = || {
            given
                .next()
                .ok_or_else(|| format!("{call}: no argument for {name}"))
        };
        list.push(match kind {
            "const void*" => "&token".to_owned(),
            "char*" => "buffer".to_owned(),
            "const char*" => c_string(next()?.as_str()),
            "TIMMsgGroupMessageReadMemberListCallback" => "listed".to_owned(),
            _ if contract.callback(kind).is_some() => "done".to_owned(),
            _ => format!("({}){}", contract.c_type(kind), next()?),
        });
    }
    Ok(list.join(", "))
}
