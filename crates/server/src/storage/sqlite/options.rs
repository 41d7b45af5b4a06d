//! Receive options and do-not-disturb.

use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{Conversation, DoNotDisturb, ReadMark, ReceiveOption};

use super::log::{self, unreadable};
use super::working_set::find_account;
use super::writer::Tx;
use crate::storage::{AccountNo, ReceiveOptionSet, SetDoNotDisturb, SetReceiveOption};

/// `TIMReceiveMessageOpt` of a conversation whose messages are not delivered.
pub(super) const NOT_RECEIVE: u8 = 1;

pub(super) fn set(tx: &mut Tx<'_>, op: &SetReceiveOption) -> rusqlite::Result<ReceiveOptionSet> {
    let mut done = ReceiveOptionSet::default();
    let mut last = None;
    for peer_id in &op.peers {
        let peer = tx.rows.account(tx.conn, op.app_id, peer_id)?;
        done.known.push(peer.is_some());
        let Some(peer) = peer else { continue };
        let before = tx.rows.receive_option(tx.conn, op.account, peer)?;
        if before == op.opt {
            continue;
        }
        tx.rows.set_receive_option(tx.conn, op.account, peer, op.opt)?;
        let option = ReceiveOption {
            peer: peer_id.clone(),
            opt: op.opt.into(),
        };
        last = Some(log::append(tx, op.account, Change::ReceiveOption(option))?);
        if before == NOT_RECEIVE
            && let Some(seq) = pass_over_missed(tx, op.account, peer, peer_id)?
        {
            last = Some(seq);
        }
    }
    done.log_seq = match last {
        Some(seq) => seq,
        None => tx.rows.head(tx.conn, op.account)?,
    };
    Ok(done)
}

/// What came while nothing was received is read. The other side is not told.
fn pass_over_missed(
    tx: &mut Tx<'_>,
    account: AccountNo,
    peer: AccountNo,
    peer_id: &str,
) -> rusqlite::Result<Option<u64>> {
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(None);
    };
    let (read_seq, read_time_ms) = (conv.last_seq, conv.last_ms);
    let side = conv.side(account);
    if side.read_seq >= read_seq {
        return Ok(None);
    }
    side.read_seq = read_seq;
    side.read_ms = read_time_ms;
    side.unread = 0;
    conv.dirty = true;
    let mark = ReadMark {
        conversation: Some(Conversation::c2c(peer_id)),
        read_seq,
        read_time_ms,
        unread: 0,
    };
    log::append(tx, account, Change::Read(mark)).map(Some)
}

pub(super) fn of_peers(
    conn: &Connection,
    app_id: u64,
    account: AccountNo,
    peers: &[String],
) -> rusqlite::Result<Vec<u8>> {
    peers
        .iter()
        .map(|peer| match find_account(conn, app_id, peer)? {
            Some(peer) => of_peer(conn, account, peer),
            None => Ok(0),
        })
        .collect()
}

/// The option of `account` for the messages of `peer`.
pub(super) fn of_peer(conn: &Connection, account: AccountNo, peer: AccountNo) -> rusqlite::Result<u8> {
    let opt = conn
        .prepare_cached("SELECT opt FROM receive_options WHERE account = ?1 AND peer = ?2")?
        .query_row([account, peer], |row| row.get(0))
        .optional()?;
    Ok(opt.unwrap_or(0))
}

/// Every option of `account` that is not 0.
pub(super) fn all(conn: &Connection, account: AccountNo) -> rusqlite::Result<Vec<ReceiveOption>> {
    conn.prepare_cached(
        "SELECT a.user_id, o.opt FROM receive_options o JOIN accounts a ON a.no = o.peer WHERE o.account = ?1",
    )?
    .query_map([account], |row| {
        Ok(ReceiveOption {
            peer: row.get(0)?,
            opt: row.get(1)?,
        })
    })?
    .collect()
}

pub(super) fn set_policy(tx: &mut Tx<'_>, op: &SetDoNotDisturb) -> rusqlite::Result<u64> {
    let before = policy(tx.conn, op.account)?;
    put_policy(tx, op.account, &op.device, &op.setting)?;
    if before == op.setting {
        return tx.rows.head(tx.conn, op.account);
    }
    log::append(tx, op.account, Change::DoNotDisturb(op.setting))
}

fn put_policy(
    tx: &mut Tx<'_>,
    account: AccountNo,
    device: &[u8],
    setting: &DoNotDisturb,
) -> rusqlite::Result<()> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO do_not_disturb (account, device, setting) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![account, device, setting.encode_to_vec()])?;
    Ok(())
}

pub(super) fn policy(conn: &Connection, account: AccountNo) -> rusqlite::Result<DoNotDisturb> {
    let kept = conn
        .prepare_cached("SELECT setting FROM do_not_disturb WHERE account = ?1")?
        .query_row([account], |row| row.get::<_, Vec<u8>>(0))
        .optional()?;
    match kept {
        Some(kept) => DoNotDisturb::decode(&kept[..]).map_err(|_| unreadable(0, "a do-not-disturb setting")),
        None => Ok(DoNotDisturb::default()),
    }
}

/// The device that has set do-not-disturb is in another time zone now. No device sees a change in that.
pub(super) fn follow_zone(
    tx: &mut Tx<'_>,
    account: AccountNo,
    device: &[u8],
    zone_offset_s: i32,
) -> rusqlite::Result<()> {
    let set_by_it = tx
        .conn
        .prepare_cached("SELECT 1 FROM do_not_disturb WHERE account = ?1 AND device = ?2")?
        .exists(params![account, device])?;
    if !set_by_it {
        return Ok(());
    }
    let mut setting = policy(tx.conn, account)?;
    if setting.zone_offset_s != zone_offset_s {
        setting.zone_offset_s = zone_offset_s;
        put_policy(tx, account, device, &setting)?;
    }
    Ok(())
}
