//! Apps, accounts, devices and their sessions.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::options;
use super::writer::Tx;
use crate::storage::{
    Account, AccountChange, AccountNo, App, CloseSession, Device, DeviceState, OpenSession, SessionEnd,
    SessionOpened, SessionView, Verdict,
};

const SIGNED_OUT: i64 = 0;
const ONLINE: i64 = 1;
const AWAY: i64 = 2;
const KICKED: i64 = 3;

pub(super) fn apps(conn: &Connection) -> rusqlite::Result<Vec<App>> {
    conn.prepare_cached("SELECT id, disabled, key1, key2 FROM apps ORDER BY id")?
        .query_map([], |row| {
            let keys: [String; 2] = [row.get(2)?, row.get(3)?];
            Ok(App {
                id: row.get::<_, i64>(0)?.cast_unsigned(),
                disabled: row.get(1)?,
                keys: keys.into_iter().filter(|key| !key.is_empty()).collect(),
            })
        })?
        .collect()
}

pub(super) fn put_app(tx: &mut Tx<'_>, app: &App) -> rusqlite::Result<()> {
    let key = |at: usize| app.keys.get(at).map(String::as_str).unwrap_or_default();
    tx.conn
        .prepare_cached(
            "INSERT INTO apps (id, disabled, key1, key2) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET disabled = ?2, key1 = ?3, key2 = ?4",
        )?
        .execute(params![app.id.cast_signed(), app.disabled, key(0), key(1)])?;
    Ok(())
}

pub(super) fn forget_presence(tx: &mut Tx<'_>, now_ms: i64) -> rusqlite::Result<()> {
    tx.conn
        .prepare_cached("UPDATE devices SET state = ?1, seen_ms = max(seen_ms, ?2) WHERE state = 1")?
        .execute(params![AWAY, now_ms])?;
    Ok(())
}

pub(super) fn account(conn: &Connection, app_id: u64, user_id: &str) -> rusqlite::Result<Option<Account>> {
    conn.prepare_cached(
        "SELECT no, user_id, epoch, log_head, log_floor, sig_not_before, banned
         FROM accounts WHERE app_id = ?1 AND user_id = ?2",
    )?
    .query_row(params![app_id.cast_signed(), user_id], |row| {
        Ok(Account {
            no: row.get(0)?,
            user_id: row.get(1)?,
            epoch: row.get::<_, i64>(2)?.cast_unsigned(),
            head: row.get(3)?,
            floor: row.get(4)?,
            sig_not_before: row.get(5)?,
            banned: row.get(6)?,
        })
    })
    .optional()
}

pub(super) fn open_session(tx: &mut Tx<'_>, op: &OpenSession) -> rusqlite::Result<SessionOpened> {
    let known = account(tx.conn, op.app_id, &op.user_id)?;
    let new = match (&known, op.create_epoch) {
        (Some(_), _) => None,
        (None, None) => return Ok(SessionOpened::UnknownUser),
        (None, Some(epoch)) => Some(epoch),
    };
    if new.is_some() && op.max_accounts > 0 && accounts(tx.conn, op.app_id)? >= op.max_accounts {
        return Ok(SessionOpened::TooManyAccounts);
    }
    let mut account = known.unwrap_or_else(|| Account {
        no: 0,
        user_id: op.user_id.clone(),
        epoch: new.unwrap_or_default(),
        head: 0,
        floor: 0,
        sig_not_before: 0,
        banned: false,
    });
    let devices = devices(tx.conn, account.no)?;
    let (kick, login_ms) = match (op.judge)(&account, &devices) {
        Verdict::Refuse { refused, clear_mark } => {
            if clear_mark {
                tx.conn
                    .prepare_cached("UPDATE devices SET kick_mark = 0 WHERE account = ?1 AND device = ?2")?
                    .execute(params![account.no, &op.device[..]])?;
            }
            return Ok(SessionOpened::Refused(refused));
        }
        Verdict::Admit { kick, login_ms } => (kick, login_ms),
    };
    if new.is_some() {
        account.no = create_account(tx, op, account.epoch)?;
    } else {
        // The transaction may have appended to the log already.
        account.head = tx.rows.head(tx.conn, account.no)?;
    }
    for lost in &kick {
        tx.conn
            .prepare_cached(
                "UPDATE devices SET state = ?3, kick_mark = ?4 WHERE account = ?1 AND device = ?2",
            )?
            .execute(params![account.no, &lost.device[..], KICKED, lost.mark])?;
    }
    let generation = devices
        .iter()
        .find(|d| d.id == op.device)
        .map_or(0, |d| d.generation)
        + 1;
    put_device(tx, op, account.no, login_ms, generation)?;
    options::follow_zone(tx, account.no, &op.device, op.zone_offset_s)?;
    Ok(SessionOpened::Opened {
        account,
        generation,
        kicked: kick,
    })
}

fn accounts(conn: &Connection, app_id: u64) -> rusqlite::Result<u64> {
    conn.prepare_cached("SELECT count(*) FROM accounts WHERE app_id = ?1")?
        .query_row([app_id.cast_signed()], |row| row.get(0))
}

fn create_account(tx: &mut Tx<'_>, op: &OpenSession, epoch: u64) -> rusqlite::Result<AccountNo> {
    tx.conn
        .prepare_cached("INSERT INTO accounts (app_id, user_id, epoch, created_ms) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            op.app_id.cast_signed(),
            op.user_id,
            epoch.cast_signed(),
            op.now_ms
        ])?;
    tx.rows.account_made(op.app_id, &op.user_id);
    Ok(tx.conn.last_insert_rowid())
}

fn put_device(
    tx: &mut Tx<'_>,
    op: &OpenSession,
    account: AccountNo,
    login_ms: i64,
    generation: u64,
) -> rusqlite::Result<()> {
    let info = &op.info;
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO devices (account, device, platform, state, kick_mark, login_ms, seen_ms,
                generation, device_type, system_version, brand, ui_platform, sdk_version, user_define_data,
                custom_login_info, address)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            account,
            &op.device[..],
            op.platform,
            ONLINE,
            login_ms,
            op.now_ms,
            generation,
            info.device_type,
            info.system_version,
            info.brand,
            info.ui_platform,
            info.sdk_version,
            info.user_define_data,
            info.custom_login_info,
            info.address,
        ])?;
    Ok(())
}

fn devices(conn: &Connection, account: AccountNo) -> rusqlite::Result<Vec<Device>> {
    conn.prepare_cached(
        "SELECT device, platform, state, kick_mark, login_ms, seen_ms, generation
         FROM devices WHERE account = ?1",
    )?
    .query_map([account], device)?
    .collect()
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: Bytes::from(row.get::<_, Vec<u8>>(0)?),
        platform: row.get(1)?,
        state: match row.get::<_, i64>(2)? {
            ONLINE => DeviceState::Online,
            AWAY => DeviceState::Away,
            KICKED => DeviceState::Kicked,
            _ => DeviceState::SignedOut,
        },
        kick_mark: row.get(3)?,
        login_ms: row.get(4)?,
        seen_ms: row.get(5)?,
        generation: row.get(6)?,
    })
}

pub(super) fn session_view(
    conn: &Connection,
    account: AccountNo,
    device: &[u8],
    generation: u64,
) -> rusqlite::Result<SessionView> {
    let head = conn
        .prepare_cached("SELECT log_head FROM accounts WHERE no = ?1")?
        .query_row([account], |row| row.get(0))
        .optional()?;
    let current = conn
        .prepare_cached(
            "SELECT 1 FROM devices WHERE account = ?1 AND device = ?2 AND generation = ?3 AND state = 1",
        )?
        .exists(params![account, device, generation])?;
    Ok(SessionView {
        head: head.unwrap_or(0),
        current,
    })
}

pub(super) fn close_session(tx: &mut Tx<'_>, op: &CloseSession) -> rusqlite::Result<()> {
    let state = match op.end {
        SessionEnd::Away => AWAY,
        SessionEnd::SignedOut => SIGNED_OUT,
    };
    // A device that was kicked stays so: only its next login changes that.
    tx.conn
        .prepare_cached(
            "UPDATE devices SET state = ?3, seen_ms = ?4
             WHERE account = ?1 AND device = ?2 AND state IN (1, 2) AND (?5 IS NULL OR generation = ?5)",
        )?
        .execute(params![
            op.account,
            &op.device[..],
            state,
            op.now_ms,
            op.generation
        ])?;
    Ok(())
}

pub(super) fn change_account(
    tx: &mut Tx<'_>,
    app_id: u64,
    user_id: &str,
    change: AccountChange,
) -> rusqlite::Result<bool> {
    let changed = tx
        .conn
        .prepare_cached(
            "UPDATE accounts SET sig_not_before = coalesce(?3, sig_not_before), banned = coalesce(?4, banned)
             WHERE app_id = ?1 AND user_id = ?2",
        )?
        .execute(params![
            app_id.cast_signed(),
            user_id,
            change.sig_not_before,
            change.banned
        ])?;
    Ok(changed > 0)
}
