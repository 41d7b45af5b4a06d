//! Reactions to messages.

use rusqlite::{Connection, params};
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{Reaction, ReactionsChanged, Reactor};

use super::annotations::{annotate, answered, find_at, find_message, note_answer, tell_both};
use super::working_set::{find_account, find_conversation};
use super::writer::Tx;
use crate::storage::{
    AccountNo, AtMessages, MessageReactionsRead, React, Reacted, ReactionUsers, ReadReactionUsers,
};

/// Users that a push names of each reaction.
const TOLD_USERS: u32 = 10;

pub(super) fn react(tx: &mut Tx<'_>, op: &React) -> rusqlite::Result<Reacted> {
    let account = op.at.account;
    if answered(tx.conn, account, &op.key)?.is_some() {
        return Ok(Reacted::Done);
    }
    let Some((found, peer)) = find_at(tx.conn, &op.at)? else {
        return Ok(Reacted::Unknown);
    };
    let id = found.id;
    let mine = tx
        .conn
        .prepare_cached("SELECT 1 FROM reactions WHERE message = ?1 AND reaction = ?2 AND account = ?3")?
        .exists(params![id, op.reaction, account])?;
    let users = count(tx.conn, id, &op.reaction)?;
    if op.remove {
        if !mine {
            return Ok(if users == 0 {
                Reacted::NobodyGave
            } else {
                Reacted::OthersGave
            });
        }
        tx.conn
            .prepare_cached("DELETE FROM reactions WHERE message = ?1 AND reaction = ?2 AND account = ?3")?
            .execute(params![id, op.reaction, account])?;
    } else {
        if mine {
            return Ok(Reacted::Given);
        }
        if users >= op.users {
            return Ok(Reacted::TooManyUsers);
        }
        if users == 0 && different(tx.conn, id)? >= op.per_message {
            return Ok(Reacted::TooManyReactions);
        }
        annotate(tx.conn, id)?;
        let seq: u32 = tx
            .conn
            .prepare_cached(
                "UPDATE annotated SET reaction_seq = reaction_seq + 1 WHERE message = ?1 RETURNING reaction_seq",
            )?
            .query_row([id], |row| row.get(0))?;
        tx.conn
            .prepare_cached(
                "INSERT INTO reactions (message, reaction, account, seq, time_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, op.reaction, account, seq, op.now_ms])?;
    }
    note_answer(tx.conn, account, &op.key, &[], op.now_ms)?;
    tell_both(tx, &found, [account, peer], |conn, to, name| {
        Ok(Online::Reactions(ReactionsChanged {
            name: Some(name),
            reactions: vec![summary(conn, id, &op.reaction, to, TOLD_USERS)?],
        }))
    })?;
    Ok(Reacted::Done)
}

fn count(conn: &Connection, message: i64, reaction: &str) -> rusqlite::Result<u32> {
    conn.prepare_cached("SELECT count(*) FROM reactions WHERE message = ?1 AND reaction = ?2")?
        .query_row(params![message, reaction], |row| row.get(0))
}

fn different(conn: &Connection, message: i64) -> rusqlite::Result<u32> {
    conn.prepare_cached("SELECT count(DISTINCT reaction) FROM reactions WHERE message = ?1")?
        .query_row([message], |row| row.get(0))
}

/// The reaction as `viewer` sees it.
fn summary(
    conn: &Connection,
    message: i64,
    reaction: &str,
    viewer: AccountNo,
    users: u32,
) -> rusqlite::Result<Reaction> {
    let (first, _) = givers(conn, message, reaction, 0, users)?;
    let mine = conn
        .prepare_cached("SELECT 1 FROM reactions WHERE message = ?1 AND reaction = ?2 AND account = ?3")?
        .exists(params![message, reaction, viewer])?;
    Ok(Reaction {
        id: reaction.to_owned(),
        total: count(conn, message, reaction)?,
        users: first,
        mine,
    })
}

/// The users of a reaction after place `after`, at most so many, and the place of the last one.
fn givers(
    conn: &Connection,
    message: i64,
    reaction: &str,
    after: u32,
    most: u32,
) -> rusqlite::Result<(Vec<Reactor>, u32)> {
    let mut last = 0;
    let users = conn
        .prepare_cached(
            "SELECT a.user_id, r.seq FROM reactions r JOIN accounts a ON a.no = r.account
             WHERE r.message = ?1 AND r.reaction = ?2 AND r.seq > ?3 ORDER BY r.seq LIMIT ?4",
        )?
        .query_map(params![message, reaction, after, most], |row| {
            last = row.get(1)?;
            Ok(Reactor {
                user_id: row.get(0)?,
                ..Reactor::default()
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok((users, last))
}

pub(super) fn read(
    conn: &Connection,
    op: &AtMessages,
    users: u32,
) -> rusqlite::Result<Vec<MessageReactionsRead>> {
    let conversation = match find_account(conn, op.app_id, &op.peer)? {
        Some(peer) => find_conversation(conn, op.account, peer)?,
        None => None,
    };
    let Some(conversation) = conversation else {
        return Ok(vec![None; op.messages.len()]);
    };
    op.messages
        .iter()
        .map(|named| {
            let Some(found) = find_message(conn, conversation.id, named)? else {
                return Ok(None);
            };
            let names = conn
                .prepare_cached(
                    "SELECT reaction FROM reactions WHERE message = ?1 GROUP BY reaction ORDER BY min(seq)",
                )?
                .query_map([found.id], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let reactions = names
                .iter()
                .map(|name| summary(conn, found.id, name, op.account, users))
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some(reactions))
        })
        .collect()
}

pub(super) fn users(conn: &Connection, op: &ReadReactionUsers) -> rusqlite::Result<ReactionUsers> {
    let Some((found, _)) = find_at(conn, &op.at)? else {
        return Ok(ReactionUsers {
            finished: true,
            ..ReactionUsers::default()
        });
    };
    let (users, last) = givers(conn, found.id, &op.reaction, op.after, op.count)?;
    let (more, _) = if users.is_empty() {
        (Vec::new(), 0)
    } else {
        givers(conn, found.id, &op.reaction, last, 1)?
    };
    let finished = more.is_empty();
    Ok(ReactionUsers {
        users,
        next: if finished { 0 } else { last },
        finished,
    })
}
