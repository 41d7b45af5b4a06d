//! Files: uploads, what is made of them, who may fetch them.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::body::MERGED_MESSAGES;
use timbre_protocol::{
    CommitUploadReply, CommitUploadRequest, LogEntry, Media as MediaField, MediaFile, MediaKind,
    MediaUrlReply, MediaUrlRequest, MergedList, Picture, UploadReply, UploadRequest, frame,
    log_entry::Change,
};

use super::messages::c2c_peer;
use super::{Service, storage_refused};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::media::images::{Images, Rendition, Sort, UNKNOWN, sort};
use crate::media::uploads::{OpenUpload, UploadError, chunks, hash_file};
use crate::media::urls::{self, MEDIA_PATH, UPLOAD_PATH};
use crate::media::{CHUNK_BYTES, MERGED_BYTES, Media};
use crate::storage::media::{
    FinishUpload, MAX_FILES, MediaFault, MediaRow, NewUpload, Part, UploadFinished, UploadStarted,
};

/// Characters of a file's name that are kept.
const NAME_CHARS: usize = 255;
/// How long the objects of a commit may take to be written.
const COMMIT_MS: i64 = 3_600_000;

impl Service {
    /// Files are kept from now on.
    pub fn keep_files(&self, media: Media, key: Vec<u8>) {
        let urls = urls::Urls::new(&self.config, key);
        // Called once, at the start.
        let _ = self.media.set((Arc::new(media), urls));
    }

    /// What keeps files; a server that runs by hand has nothing.
    pub fn media(&self) -> Option<&Arc<Media>> {
        self.media.get().map(|(media, _)| media)
    }

    /// Whether the query of a file's address lets its bearer read it.
    pub fn check_address(&self, id: &str, query: Option<&str>) -> Result<(), Refused> {
        match self.media.get() {
            Some((_, urls)) => urls
                .check(id, query, self.clock.now_s())
                .map_err(|why| Refused::new(code::MEDIA_DENIED, why)),
            None => Ok(()),
        }
    }

    fn address(&self, origin: &str, id: &str) -> String {
        match self.media.get() {
            Some((_, urls)) => urls.url(origin, id, self.clock.now_s()),
            None => format!("{origin}{MEDIA_PATH}{id}"),
        }
    }

    /// A stored message as a session gets it.
    pub fn outgoing(&self, session: &Mailbox, message: &Bytes) -> Bytes {
        urls::outgoing(message, session.capabilities, &|id| {
            self.address(&session.origin, id)
        })
    }

    /// The same for the messages of log entries.
    pub fn outgoing_entries(&self, session: &Mailbox, entries: &mut [LogEntry]) {
        for entry in entries {
            if let Some(Change::Message(message) | Change::Modified(message)) = &mut entry.change {
                *message = self.outgoing(session, message);
            }
        }
    }

    /// Finds a place for a file.
    pub(super) async fn upload(&self, session: &Mailbox, req: UploadRequest) -> Result<UploadReply, Refused> {
        let media = self.media().ok_or_else(no_files)?;
        c2c_peer(req.conversation.as_ref(), code::GROUP_NOT_FOUND)?;
        let wrong = |text: String| Err(Refused::new(code::INVALID_PARAMETERS, text));
        let Ok(kind) = MediaKind::try_from(req.kind) else {
            return wrong(format!("kind {} is unknown", req.kind));
        };
        if req.size == 0 {
            return wrong("size is zero".into());
        }
        let limit = match kind {
            MediaKind::MediaImage | MediaKind::MediaSnapshot => self.config.media_image_max,
            MediaKind::MediaSound => self.config.media_sound_max,
            MediaKind::MediaVideo => self.config.media_video_max,
            MediaKind::MediaFile => self.config.media_file_max,
            MediaKind::MediaMerged => self.config.media_file_max.min(MERGED_BYTES),
        };
        if req.size > limit {
            let text = format!("the file has {} bytes, the limit is {limit}", req.size);
            return Err(Refused::new(code::MEDIA_TOO_LARGE, text));
        }
        if req.sha256.len() != 32 {
            return wrong(format!("sha256 has {} bytes, 32 are needed", req.sha256.len()));
        }
        let op = NewUpload {
            id: self.unguessable(),
            app_id: session.app_id,
            account: session.account,
            kind: req.kind,
            size: req.size,
            sha256: req.sha256,
            name: clean_name(&req.name),
            max_open: self.config.media_uploads_max,
            now_ms: self.clock.now_ms(),
        };
        let started = self.storage.start_upload(op).await;
        match started.map_err(|error| storage_refused(&error, code::MEDIA_SLOT))? {
            UploadStarted::Kept(rows) => Ok(UploadReply {
                file: Some(self.file(&session.origin, &rows)),
                ..UploadReply::default()
            }),
            UploadStarted::Open(upload) => {
                let open = media.uploads.open_upload(upload).await.map_err(upload_refused)?;
                Ok(UploadReply {
                    file: None,
                    upload_id: open.upload.id.clone(),
                    path: format!("{UPLOAD_PATH}{}", open.upload.id),
                    chunk_bytes: CHUNK_BYTES,
                    parallel: self.config.media_parallel,
                    have: open.have(),
                })
            }
            UploadStarted::TooMany => {
                let text = format!(
                    "more than {} uploads are under way",
                    self.config.media_uploads_max
                );
                Err(Refused::new(code::MEDIA_SLOT, text))
            }
        }
    }

    /// Makes a kept file of an upload.
    pub(super) async fn commit_upload(
        self: &Arc<Self>,
        session: &Arc<Mailbox>,
        req: CommitUploadRequest,
    ) -> Result<CommitUploadReply, Refused> {
        let upload = self.storage.upload(&req.upload_id).await;
        let upload = upload.map_err(|error| storage_refused(&error, code::MEDIA_FAILED))?;
        let upload = upload
            .filter(|upload| upload.app_id == session.app_id && upload.account == session.account)
            .ok_or_else(no_upload)?;
        let rows = if upload.made.is_empty() {
            // Goes on when the link is lost: the client finds the file when it comes back.
            let (service, session) = (self.clone(), session.clone());
            let commit = tokio::spawn(async move { service.commit(&session, &req.upload_id).await });
            commit.await.unwrap_or_else(|error| {
                tracing::error!(%error, "a commit died");
                Err(failed("it could not be read"))
            })?
        } else {
            upload.made
        };
        let file = Some(self.file(&session.origin, &rows));
        Ok(CommitUploadReply { file })
    }

    async fn commit(&self, session: &Mailbox, id: &str) -> Result<Vec<MediaRow>, Refused> {
        let media = self.media().ok_or_else(no_files)?;
        let open = media.uploads.get(id).await.map_err(upload_refused)?;
        let open = match open {
            Some(open) => open,
            // Somebody has just committed it.
            None => return self.made(id).await,
        };
        let _turn = open.commit.lock().await;
        let made = self.made(id).await;
        if made.is_ok() {
            return made;
        }
        let missing = open.missing();
        if missing > 0 {
            let text = format!("{missing} of {} chunks are missing", chunks(open.upload.size));
            return Err(Refused::new(code::FILE_HASH, text));
        }
        match self.make(media, &open).await {
            Ok(rows) => {
                media.uploads.close(id).await;
                tracing::debug!(
                    account = session.account,
                    size = open.upload.size,
                    "a file is kept"
                );
                Ok(rows)
            }
            // Its bytes are of no use: the next attempt begins anew.
            Err((refused, true)) => {
                let dropped = self.storage.drop_upload(id).await;
                dropped.map_err(|error| storage_refused(&error, code::MEDIA_FAILED))?;
                media.uploads.close(id).await;
                Err(refused)
            }
            Err((refused, false)) => Err(refused),
        }
    }

    async fn made(&self, id: &str) -> Result<Vec<MediaRow>, Refused> {
        let upload = self.storage.upload(id).await;
        let upload = upload.map_err(|error| storage_refused(&error, code::MEDIA_FAILED))?;
        upload
            .map(|upload| upload.made)
            .filter(|made| !made.is_empty())
            .ok_or_else(no_upload)
    }

    /// Checks the bytes, stores them and what is made of them. The error says whether they are of no use.
    async fn make(&self, media: &Media, open: &OpenUpload) -> Result<Vec<MediaRow>, (Refused, bool)> {
        let upload = &open.upload;
        let hash = hash_file(&open.path).await.map_err(io_refused)?;
        if hash[..] != upload.sha256[..] {
            let text = "the chunks do not make the file whose hash was announced";
            return Err((Refused::new(code::FILE_HASH, text), true));
        }
        let kind = MediaKind::try_from(upload.kind).unwrap_or(MediaKind::MediaFile);
        let head = Images::head(&open.path).await.map_err(io_refused)?;
        let mut made = Made {
            sort: sort(&head),
            ..Made::default()
        };
        match kind {
            MediaKind::MediaImage | MediaKind::MediaSnapshot if made.sort.format == 0 => {
                let text = "the file does not begin like an image";
                return Err((Refused::new(code::NOT_AN_IMAGE, text), true));
            }
            MediaKind::MediaImage => {
                let all = media.images.renditions(&open.path).await;
                (made.width, made.height) = (all.original.width, all.original.height);
                made.renditions = vec![(Part::Large, all.large), (Part::Thumb, all.thumb)];
            }
            MediaKind::MediaSnapshot => (made.width, made.height) = media.images.size(&open.path).await,
            MediaKind::MediaMerged => {
                made.names = self.names_of_list(open).await?;
                made.sort.content_type = UNKNOWN;
            }
            MediaKind::MediaFile | MediaKind::MediaSound | MediaKind::MediaVideo => {}
        }
        self.keep(media, open, made).await
    }

    /// Checks a list of merged messages. Answers the ids that it names.
    async fn names_of_list(&self, open: &OpenUpload) -> Result<Vec<String>, (Refused, bool)> {
        let no_list = |text: &str| (Refused::new(code::INVALID_ELEMENT, text), true);
        let path = open.path.clone();
        let walked = tokio::task::spawn_blocking(move || {
            let bytes = std::fs::read(path)?;
            let count = frame::count_field(&bytes, 1).unwrap_or(0);
            Ok((count, Bytes::from(bytes)))
        });
        let read = walked.await.map_err(io::Error::other).and_then(|read| read);
        let (count, bytes) = read.map_err(io_refused)?;
        if count == 0 || count > MERGED_MESSAGES {
            let text = format!("no list of 1 to {MERGED_MESSAGES} merged messages");
            return Err(no_list(&text));
        }
        let walked = tokio::task::spawn_blocking(move || {
            let mut list = MergedList::decode(bytes).ok()?;
            let (mut ids, mut foreign) = (Vec::new(), true);
            urls::places_of_list(&mut list, &mut |place| {
                if !place.id.is_empty() {
                    ids.push(place.id.clone());
                } else if !place.url.is_empty() {
                    foreign &= urls::is_foreign_url(place.url);
                }
            })
            .ok()?;
            ids.sort_unstable();
            ids.dedup();
            Some((ids, foreign))
        });
        match walked.await.ok().flatten() {
            Some((ids, true)) if ids.len() <= MAX_FILES => Ok(ids),
            Some((ids, true)) => {
                let text = format!("the list names {} files, the limit is {MAX_FILES}", ids.len());
                Err((Refused::new(code::INVALID_PARAMETERS, text), true))
            }
            Some((_, false)) => {
                let text = "an address in the list is neither http nor https";
                Err((Refused::new(code::INVALID_PARAMETERS, text), true))
            }
            None => Err(no_list("the file is no list of merged messages")),
        }
    }

    /// A kept list of merged messages as whoever came to `origin` gets it: like a message, with the server's own
    /// addresses.
    pub fn list_for(&self, origin: &str, bytes: Bytes) -> Option<Bytes> {
        let mut list = MergedList::decode(bytes).ok()?;
        urls::places_of_list(&mut list, &mut |place| {
            if !place.id.is_empty() {
                *place.url = self.address(origin, place.id);
            }
        })
        .ok()?;
        Some(list.encode_to_vec().into())
    }

    async fn keep(
        &self,
        media: &Media,
        open: &OpenUpload,
        made: Made,
    ) -> Result<Vec<MediaRow>, (Refused, bool)> {
        let upload = &open.upload;
        let first = MediaRow {
            id: self.unguessable(),
            group: 0,
            part: Part::Original,
            app_id: upload.app_id,
            owner: upload.account,
            kind: upload.kind,
            size: upload.size,
            width: made.width,
            height: made.height,
            format: made.sort.format,
            object: self.object_key(),
            content_type: made.sort.content_type.to_owned(),
            name: upload.name.clone(),
        };
        let mut rows = vec![first];
        let mut smaller = Vec::new();
        for (part, rendition) in made.renditions {
            let mut row = MediaRow {
                id: self.unguessable(),
                part,
                width: rendition.width,
                height: rendition.height,
                ..rows[0].clone()
            };
            if let Some((bytes, sort)) = rendition.made {
                row.size = bytes.len() as u64;
                row.object = self.object_key();
                row.format = sort.format;
                row.content_type = sort.content_type.to_owned();
                smaller.push((row.object.clone(), Bytes::from(bytes)));
            }
            rows.push(row);
        }
        let mut objects = vec![rows[0].object.clone()];
        objects.extend(smaller.iter().map(|(object, _)| object.clone()));
        let database = |error| (storage_refused(&error, code::MEDIA_FAILED), false);
        let due_ms = self.clock.now_ms().saturating_add(COMMIT_MS);
        self.storage
            .plan_objects(objects, due_ms)
            .await
            .map_err(database)?;
        let stored = media.store.put_file(&rows[0].object, &open.path).await;
        stored.map_err(io_refused)?;
        for (object, bytes) in smaller {
            media.store.put_bytes(&object, bytes).await.map_err(io_refused)?;
        }
        let op = FinishUpload {
            upload: upload.id.clone(),
            rows,
            names: made.names,
            now_ms: self.clock.now_ms(),
        };
        match self.storage.finish_upload(op).await.map_err(database)? {
            UploadFinished::Kept(rows) => Ok(rows),
            UploadFinished::Gone => Err((no_upload(), false)),
        }
    }

    /// A fresh address of a file that the user may read.
    pub(super) async fn media_url(
        &self,
        session: &Mailbox,
        req: MediaUrlRequest,
    ) -> Result<MediaUrlReply, Refused> {
        let ids = vec![req.id.clone()];
        let readable = self
            .storage
            .readable_media(session.app_id, session.account, ids)
            .await;
        readable
            .map_err(|error| storage_refused(&error, code::MEDIA_FAILED))?
            .map_err(|fault| fault_refused(&fault))?;
        Ok(MediaUrlReply {
            url: self.address(&session.origin, &req.id),
        })
    }

    fn file(&self, origin: &str, rows: &[MediaRow]) -> MediaFile {
        let mut file = MediaFile::default();
        for row in rows {
            let picture = Picture {
                id: row.id.clone(),
                url: self.address(origin, &row.id),
                size: row.size,
                width: row.width,
                height: row.height,
            };
            match row.part {
                Part::Original => {
                    file.format = row.format;
                    file.file = Some(MediaField {
                        id: picture.id.clone(),
                        url: picture.url.clone(),
                        size: row.size,
                    });
                    if matches!(
                        MediaKind::try_from(row.kind),
                        Ok(MediaKind::MediaImage | MediaKind::MediaSnapshot)
                    ) {
                        file.original = Some(picture);
                    } else {
                        file.format = 0;
                    }
                }
                Part::Large => file.large = Some(picture),
                Part::Thumb => file.thumb = Some(picture),
            }
        }
        file
    }

    /// 128 random bits.
    fn unguessable(&self) -> String {
        format!("{:016x}{:016x}", self.entropy.next_u64(), self.entropy.next_u64())
    }

    /// Where an object will be: spread over folders, and not to be told from a file's id.
    fn object_key(&self) -> String {
        let key = self.unguessable();
        format!("{}/{key}", &key[..2])
    }
}

#[derive(Default)]
struct Made {
    sort: Sort,
    width: u32,
    height: u32,
    renditions: Vec<(Part, Rendition)>,
    /// Of a list of merged messages: the ids in it.
    names: Vec<String>,
}

/// The refusal of a message or a question that names files.
pub(super) fn fault_refused(fault: &MediaFault) -> Refused {
    match fault {
        MediaFault::Unknown(id) => Refused::new(
            code::MEDIA_NOT_FOUND,
            format!("there is no file {id}, or no longer"),
        ),
        MediaFault::Denied(id) => Refused::new(code::MEDIA_DENIED, format!("no right to read the file {id}")),
        MediaFault::TooMany => Refused::new(code::INVALID_PARAMETERS, "the message refers to too many files"),
    }
}

fn no_files() -> Refused {
    Refused::new(code::MEDIA_SLOT, "this server keeps no files")
}

fn no_upload() -> Refused {
    Refused::new(code::MEDIA_NOT_FOUND, "there is no such upload, or no longer")
}

fn failed(what: &str) -> Refused {
    Refused::new(code::MEDIA_FAILED, format!("internal error: {what}"))
}

fn io_refused(error: io::Error) -> (Refused, bool) {
    tracing::error!(%error, "a file could not be stored");
    (failed("the file could not be stored"), false)
}

fn upload_refused(error: UploadError) -> Refused {
    tracing::error!(%error, "an upload could not be opened");
    match error {
        UploadError::Storage(error) => storage_refused(&error, code::MEDIA_SLOT),
        UploadError::Io(_) => Refused::new(code::MEDIA_SLOT, "internal error: no room for the upload"),
    }
}

/// A file's name without folders and control characters, cut to a sane length.
fn clean_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS)
        .collect()
}
