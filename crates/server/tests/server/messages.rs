//! Sending, repeating, asking after sends, history.

use timbre_protocol::frame::Kind;
use timbre_protocol::{
    CheckSendRequest, Conversation, HistoryRequest, SendKey, SendRequest, flags, request, response,
};

use crate::support::*;

// MSG-060, P1: a send is answered with its place, and the receiver gets it.
#[tokio::test]
async fn a_message_arrives_and_both_logs_hold_it() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 2).await);
    let sent = alice.say("bob", "hello").await;
    assert_eq!((sent.conv_seq, sent.log_seq), (1, 1));
    assert_eq!(shape(&bob.pushed().await), "1:hello");
    assert_eq!(shape(&alice.pull(0).await.entries), "1:hello");
    let pulled = bob.pull(0).await;
    let timbre_protocol::log_entry::Change::Message(bytes) = pulled.entries[0].change.clone().unwrap() else {
        panic!()
    };
    let message = message(&bytes);
    assert_eq!(
        (message.sender.as_str(), message.target.as_str()),
        ("alice", "bob")
    );
    assert_eq!(
        (message.conv_seq, message.server_time_ms),
        (1, sent.server_time_ms)
    );
    alice.quiet().await;
}
