//! What was called, acknowledged and received, and the comparison.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use timbre::driver::Client;
use timbre::engine::Op;
use timbre::model::messages::{ConvKey, HistoryParam};

/// The number in a message's text `m<number>`.
pub fn number_of(message: &Value) -> usize {
    let text = message["message_elem_array"][0]["text_elem_content"]
        .as_str()
        .unwrap();
    text.strip_prefix('m').unwrap().parse().unwrap()
}

/// The JSON of the message with this number.
pub fn text_json(number: usize) -> String {
    format!("{{\"message_elem_array\":[{{\"elem_type\":0,\"text_elem_content\":\"m{number}\"}}]}}")
}

/// The whole history with `peer`, oldest first; with `cloud` what the server has.
pub fn history(client: &Client, peer: &str, cloud: bool) -> Vec<Value> {
    let param = HistoryParam {
        count: 1_000_000,
        cloud,
        ..HistoryParam::default()
    };
    let outcome = client.call_waiting(Op::GetHistory {
        conv: ConvKey::c2c(peer),
        param: Box::new(param),
    });
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let mut messages: Vec<Value> = serde_json::from_str(&outcome.json).unwrap();
    messages.reverse();
    messages
}

/// How often each number stands in `numbers`.
pub fn tally(numbers: impl IntoIterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut tally = BTreeMap::new();
    for number in numbers {
        *tally.entry(number).or_default() += 1;
    }
    tally
}

/// Numbers of `0..expected` that are missing, and the surplus of those that are there more than once.
pub fn faults(tally: &BTreeMap<usize, usize>, expected: usize) -> (usize, usize) {
    let missing = (0..expected).filter(|n| !tally.contains_key(n)).count();
    let twice = tally.values().map(|count| count - 1).sum();
    (missing, twice)
}

/// How many of `received` stand before one that the conversation has earlier.
pub fn disorder(received: &[usize], order: &[usize]) -> usize {
    let place: HashMap<usize, usize> = order.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    received
        .windows(2)
        .filter(|pair| place[&pair[0]] >= place[&pair[1]])
        .count()
}
