//! Real processes killed with SIGKILL while 10,000 messages are under way, and the ledgers compared.
//!
//! This program is its own child: with `TIMBRE_KILL_ROLE` set it is one of the clients that get killed. What a
//! client has seen stands in an append-only file that outlives it, one line written with one system call.
// A test program has no users outside itself, and a failed unwrap is a failed test.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod client_killed;
mod ledger;
mod operations_killed;
mod process;
mod server_killed;
mod uploads_killed;

/// Messages in each scenario.
const MESSAGES: usize = 10_000;
/// Kills in each scenario.
const KILLS: usize = 10;

fn main() {
    if let Ok(role) = std::env::var(process::ROLE) {
        return match role.as_str() {
            operations_killed::EDITOR => operations_killed::child(),
            uploads_killed::SENDER => uploads_killed::child(),
            role => client_killed::child(role),
        };
    }
    // The harness's own arguments: a filter, and `--list` as test runners ask for it.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let scenarios: [(&str, fn()); 4] = [
        (
            "the_server_is_killed_ten_times",
            server_killed::the_server_is_killed_ten_times,
        ),
        (
            "the_clients_are_killed_ten_times",
            client_killed::the_clients_are_killed_ten_times,
        ),
        (
            "a_client_is_killed_while_it_changes_messages",
            operations_killed::a_client_is_killed_while_it_changes_messages,
        ),
        (
            "files_are_sent_through_kills_of_both_sides",
            uploads_killed::files_are_sent_through_kills_of_both_sides,
        ),
    ];
    if arguments.iter().any(|a| a == "--list") {
        scenarios.iter().for_each(|(name, _)| println!("{name}: test"));
        return;
    }
    let filter = arguments.iter().find(|a| !a.starts_with('-'));
    let mut passed = 0;
    for (name, scenario) in scenarios {
        if filter.is_none_or(|f| name.contains(f.as_str())) {
            // A panic ends the program with its message and a status that is not 0.
            scenario();
            println!("test {name} ... ok");
            passed += 1;
        }
    }
    println!("\ntest result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n");
}
