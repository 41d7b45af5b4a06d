//! Searching messages over the wire.

use timbre_protocol::{Conversation, SearchReply, SearchRequest, request, response};
use timbre_server::server::Running;

use crate::support::{Client, Server, message, text_of};

fn words(keywords: &[&str]) -> SearchRequest {
    SearchRequest {
        keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
        ..SearchRequest::default()
    }
}

async fn search(client: &mut Client, request: SearchRequest) -> Result<SearchReply, (i32, String)> {
    match client.ask(request::Body::Search(request)).await? {
        Some(response::Body::Search(reply)) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

/// `bob:2[]` for each item.
fn shape(reply: &SearchReply) -> String {
    let shown: Vec<String> = reply
        .items
        .iter()
        .map(|item| {
            let texts: Vec<String> = item.messages.iter().map(|m| text_of(&message(m))).collect();
            let id = &item.conversation.as_ref().unwrap().id;
            format!("{id}:{}[{}]", item.total, texts.join("|"))
        })
        .collect();
    shown.join(" ")
}
