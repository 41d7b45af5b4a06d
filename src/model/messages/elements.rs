//! The elements of a message: one object for each kind.

use serde_json::Value;
use timbre_macros::JsonObject;

use crate::model::enums::common::TIMReceiveMessageOpt;
use crate::model::enums::messages::{TIMElemType, TIMGroupReportType, TIMImageLevel};
use crate::model::groups::objects::{GroupMemberInfo, GroupPendency, GroupTipsElem};
use crate::model::json::{
    Bytes, JsonObject as _, JsonValue, Misread, Object, ObjectWriter, refusing, serialize_pushed,
};
use crate::model::messages::objects::Message;
use crate::model::relationships::objects::FriendChangeElem;
use crate::model::users::objects::{ProfileChangeElem, UserProfile};

/// What every element of a message says of itself.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ElemType {
    /// Which element it is, and so which further keys it has. Text when absent.
    #[key("elem_type", kTIMElemType, rw)]
    pub elem_type: TIMElemType,
}

/// One element of a message: the object that its `elem_type` names, with the keys of that object beside it.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Elem {
    Custom(CustomElem),
    Face(FaceElem),
    File(FileElem),
    FriendChange(Box<FriendChangeElem>),
    GroupReport(Box<GroupReportElem>),
    GroupTips(Box<GroupTipsElem>),
    Image(Box<ImageElem>),
    Location(LocationElem),
    Merger(Box<MergerElem>),
    ProfileChange(Box<ProfileChangeElem>),
    Sound(SoundElem),
    Text(TextElem),
    Video(Box<VideoElem>),
    /// Of an unknown type, without a key that its type requires, or with a number that is not allowed: kept
    /// as it is. Sending it ends with 6016.
    Other(Value),
}

impl Elem {
    fn read(object: Object<'_>) -> Option<Self> {
        let ElemType { elem_type } = ElemType::read(object).ok()?;
        macro_rules! read {
            ($variant:ident($ty:ident)) => {
                $ty::read(object).ok().map(Self::$variant)
            };
            ($variant:ident(Box<$ty:ident>)) => {
                $ty::read(object)
                    .ok()
                    .map(|elem| Self::$variant(Box::new(elem)))
            };
        }
        match elem_type {
            TIMElemType::kTIMElem_Custom => read!(Custom(CustomElem)),
            TIMElemType::kTIMElem_Face => read!(Face(FaceElem)),
            TIMElemType::kTIMElem_File => read!(File(FileElem)),
            TIMElemType::kTIMElem_FriendChange => read!(FriendChange(Box<FriendChangeElem>)),
            TIMElemType::kTIMElem_GroupReport => read!(GroupReport(Box<GroupReportElem>)),
            TIMElemType::kTIMElem_GroupTips => read!(GroupTips(Box<GroupTipsElem>)),
            TIMElemType::kTIMElem_Image => read!(Image(Box<ImageElem>)),
            TIMElemType::kTIMElem_Location => read!(Location(LocationElem)),
            TIMElemType::kTIMElem_Merge => read!(Merger(Box<MergerElem>)),
            TIMElemType::kTIMElem_ProfileChange => read!(ProfileChange(Box<ProfileChangeElem>)),
            TIMElemType::kTIMElem_Sound => read!(Sound(SoundElem)),
            TIMElemType::kTIMElem_Text => read!(Text(TextElem)),
            TIMElemType::kTIMElem_Video => read!(Video(Box<VideoElem>)),
            TIMElemType::kTIMElem_Invalid => None,
        }
    }
}

impl JsonValue for Elem {
    const EXPECTED: &'static str = "an object";

    /// Never fails: what is wrong with an element concerns only a call that sends it.
    fn from_json(value: &Value) -> Result<Self, Misread> {
        let (known, refused) = refusing(|| Object::from_value(value).and_then(Self::read));
        let known = known.filter(|_| refused.is_none());
        Ok(known.unwrap_or_else(|| Self::Other(value.clone())))
    }

    fn push_json(&self, out: &mut String) {
        let mut w = ObjectWriter::new(out);
        let mut tagged = |kind: TIMElemType, write: &dyn Fn(&mut ObjectWriter<'_>)| {
            w.value("elem_type", &kind);
            write(&mut w);
        };
        match self {
            // The only one whose keys come before `elem_type` in the alphabet.
            Self::Custom(elem) => {
                elem.write(&mut w);
                w.value("elem_type", &TIMElemType::kTIMElem_Custom);
            }
            Self::Face(elem) => tagged(TIMElemType::kTIMElem_Face, &|w| elem.write(w)),
            Self::File(elem) => tagged(TIMElemType::kTIMElem_File, &|w| elem.write(w)),
            Self::FriendChange(elem) => tagged(TIMElemType::kTIMElem_FriendChange, &|w| elem.write(w)),
            Self::GroupReport(elem) => tagged(TIMElemType::kTIMElem_GroupReport, &|w| elem.write(w)),
            Self::GroupTips(elem) => tagged(TIMElemType::kTIMElem_GroupTips, &|w| elem.write(w)),
            Self::Image(elem) => tagged(TIMElemType::kTIMElem_Image, &|w| elem.write(w)),
            Self::Location(elem) => tagged(TIMElemType::kTIMElem_Location, &|w| elem.write(w)),
            Self::Merger(elem) => tagged(TIMElemType::kTIMElem_Merge, &|w| elem.write(w)),
            Self::ProfileChange(elem) => tagged(TIMElemType::kTIMElem_ProfileChange, &|w| elem.write(w)),
            Self::Sound(elem) => tagged(TIMElemType::kTIMElem_Sound, &|w| elem.write(w)),
            Self::Text(elem) => tagged(TIMElemType::kTIMElem_Text, &|w| elem.write(w)),
            Self::Video(elem) => tagged(TIMElemType::kTIMElem_Video, &|w| elem.write(w)),
            Self::Other(_) => {
                w.value("elem_type", &TIMElemType::kTIMElem_Invalid);
            }
        }
    }
}

impl serde::Serialize for Elem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_pushed(self, serializer)
    }
}

/// Text. An element of a Message with `elem_type` 0.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TextElem {
    /// The text. A message of nothing but one empty text is refused with 6017.
    #[key("text_elem_content", kTIMTextElemContent, rw, required)]
    pub content: String,
}

/// Data that only the app understands. An element of a Message with `elem_type` 3; one of data, description
/// and extension has to be there.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CustomElem {
    /// The data. Bytes that are not UTF-8 travel as U+0000, `b64:` and base64.
    #[key("custom_elem_data", kTIMCustomElemData, rw)]
    pub data: Bytes,
    /// What an offline push says of it, and all that the local search sees of it.
    #[key("custom_elem_desc", kTIMCustomElemDesc, rw)]
    pub desc: String,
    /// Further data, which an offline push hands to the app.
    #[key("custom_elem_ext", kTIMCustomElemExt, rw)]
    pub ext: String,
    /// Name of the sound file that an offline push plays.
    #[key("custom_elem_sound", kTIMCustomElemSound, rw)]
    pub sound: String,
}

/// An image in three renditions: the original, a large one (shorter side 720 pixels) and a thumbnail (198
/// pixels). An element of a Message with `elem_type` 1. The sender gives path and level; the rest is filled
/// in.
/// Renditions are never larger than the original; of a small image they are the original. At most 28 MiB.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ImageElem {
    /// Absolute path of the file to send. Empty when the file is on the server already, and on other
    /// devices.
    #[key("image_elem_orig_path", kTIMImageElemOrigPath, rw, required)]
    pub orig_path: String,
    /// What is sent. The untouched file when absent.
    #[key("image_elem_level", kTIMImageElemLevel, rw)]
    pub level: TIMImageLevel,
    /// 1 JPEG, 2 GIF, 3 PNG, 4 BMP, 255 another one, 0 not known yet.
    #[key("image_elem_format", kTIMImageElemFormat, rw)]
    pub format: i32,
    /// Id of the original's file.
    #[key("image_elem_orig_id", kTIMImageElemOrigId, out)]
    pub orig_id: String,
    /// Height of the original in pixels.
    #[key("image_elem_orig_pic_height", kTIMImageElemOrigPicHeight, out)]
    pub orig_pic_height: i32,
    /// Width of the original in pixels.
    #[key("image_elem_orig_pic_width", kTIMImageElemOrigPicWidth, out)]
    pub orig_pic_width: i32,
    /// Bytes of the original.
    #[key("image_elem_orig_pic_size", kTIMImageElemOrigPicSize, out)]
    pub orig_pic_size: i32,
    /// Id of the thumbnail's file.
    #[key("image_elem_thumb_id", kTIMImageElemThumbId, out)]
    pub thumb_id: String,
    /// Height of the thumbnail in pixels.
    #[key("image_elem_thumb_pic_height", kTIMImageElemThumbPicHeight, out)]
    pub thumb_pic_height: i32,
    /// Width of the thumbnail in pixels.
    #[key("image_elem_thumb_pic_width", kTIMImageElemThumbPicWidth, out)]
    pub thumb_pic_width: i32,
    /// Bytes of the thumbnail.
    #[key("image_elem_thumb_pic_size", kTIMImageElemThumbPicSize, out)]
    pub thumb_pic_size: i32,
    /// Id of the large rendition's file.
    #[key("image_elem_large_id", kTIMImageElemLargeId, out)]
    pub large_id: String,
    /// Height of the large rendition in pixels.
    #[key("image_elem_large_pic_height", kTIMImageElemLargePicHeight, out)]
    pub large_pic_height: i32,
    /// Width of the large rendition in pixels.
    #[key("image_elem_large_pic_width", kTIMImageElemLargePicWidth, out)]
    pub large_pic_width: i32,
    /// Bytes of the large rendition.
    #[key("image_elem_large_pic_size", kTIMImageElemLargePicSize, out)]
    pub large_pic_size: i32,
    /// Where to download the original.
    #[key("image_elem_orig_url", kTIMImageElemOrigUrl, out)]
    pub orig_url: String,
    /// Where to download the thumbnail.
    #[key("image_elem_thumb_url", kTIMImageElemThumbUrl, out)]
    pub thumb_url: String,
    /// Where to download the large rendition.
    #[key("image_elem_large_url", kTIMImageElemLargeUrl, out)]
    pub large_url: String,
    /// Not in use: never given, ignored when passed in.
    #[key("image_elem_task_id", kTIMImageElemTaskId, out)]
    pub task_id: Option<i32>,
}

/// A voice recording. An element of a Message with `elem_type` 2, at most one of a message. The sender
/// gives path and duration. At most 28 MiB.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SoundElem {
    /// Absolute path of the file to send. Empty when the file is on the server already, and on other
    /// devices.
    #[key("sound_elem_file_path", kTIMSoundElemFilePath, rw, required)]
    pub file_path: String,
    /// Bytes of the file. Filled in by the send.
    #[key("sound_elem_file_size", kTIMSoundElemFileSize, rw)]
    pub file_size: i32,
    /// Seconds that it lasts, for display.
    #[key("sound_elem_file_time", kTIMSoundElemFileTime, rw, required)]
    pub file_time: i32,
    /// Id of the file.
    #[key("sound_elem_file_id", kTIMSoundElemFileId, out)]
    pub file_id: String,
    /// Always 0.
    #[key("sound_elem_business_id", kTIMSoundElemBusinessId, out)]
    pub business_id: i32,
    /// Where to download it. Omitted while there is none.
    #[key("sound_elem_url", kTIMSoundElemUrl, out)]
    pub url: Option<String>,
    /// Not in use: never given, ignored when passed in.
    #[key("sound_elem_task_id", kTIMSoundElemTaskId, out)]
    pub task_id: Option<i32>,
}

/// A video and, if the sender gives one, a picture to show in its place. An element of a Message with
/// `elem_type` 9. At most 100 MiB.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct VideoElem {
    /// File extension of the video, for example `mp4`. Taken from the path when empty or absent.
    #[key("video_elem_video_type", kTIMVideoElemVideoType, rw)]
    pub video_type: String,
    /// Bytes of the video. Filled in by the send.
    #[key("video_elem_video_size", kTIMVideoElemVideoSize, rw)]
    pub video_size: u32,
    /// Seconds that it lasts, for display.
    #[key("video_elem_video_duration", kTIMVideoElemVideoDuration, rw, required)]
    pub video_duration: u32,
    /// Absolute path of the video to send. Empty when it is on the server already, and on other devices.
    #[key("video_elem_video_path", kTIMVideoElemVideoPath, rw, required)]
    pub video_path: String,
    /// Id of the video's file.
    #[key("video_elem_video_id", kTIMVideoElemVideoId, out)]
    pub video_id: String,
    /// Always 0.
    #[key("video_elem_business_id", kTIMVideoElemBusinessId, out)]
    pub business_id: i32,
    /// Where to download the video. Omitted while there is none.
    #[key("video_elem_video_url", kTIMVideoElemVideoUrl, out)]
    pub video_url: Option<String>,
    /// File extension of the picture, for example `jpg`. Taken from the path when empty or absent.
    #[key("video_elem_image_type", kTIMVideoElemImageType, rw)]
    pub image_type: String,
    /// Bytes of the picture. Filled in by the send.
    #[key("video_elem_image_size", kTIMVideoElemImageSize, rw)]
    pub image_size: u32,
    /// Width of the picture in pixels. Read from the file when 0 or absent.
    #[key("video_elem_image_width", kTIMVideoElemImageWidth, rw)]
    pub image_width: u32,
    /// Height of the picture in pixels. Read from the file when 0 or absent.
    #[key("video_elem_image_height", kTIMVideoElemImageHeight, rw)]
    pub image_height: u32,
    /// Absolute path of the picture to send. Empty or absent: no picture.
    #[key("video_elem_image_path", kTIMVideoElemImagePath, rw)]
    pub image_path: String,
    /// Id of the picture's file.
    #[key("video_elem_image_id", kTIMVideoElemImageId, out)]
    pub image_id: String,
    /// Where to download the picture. Omitted while there is none.
    #[key("video_elem_image_url", kTIMVideoElemImageUrl, out)]
    pub image_url: Option<String>,
    /// Not in use: never given, ignored when passed in.
    #[key("video_elem_task_id", kTIMVideoElemTaskId, out)]
    pub task_id: Option<u32>,
}

/// A file. An element of a Message with `elem_type` 4. At most 100 MiB.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FileElem {
    /// Absolute path of the file to send. Empty when it is on the server already, and on other devices.
    #[key("file_elem_file_path", kTIMFileElemFilePath, rw, required)]
    pub file_path: String,
    /// Name to show; searches look at it. The last part of the path when empty or absent.
    #[key("file_elem_file_name", kTIMFileElemFileName, rw)]
    pub file_name: String,
    /// Bytes of the file. Filled in by the send.
    #[key("file_elem_file_size", kTIMFileElemFileSize, rw)]
    pub file_size: i32,
    /// Id of the file.
    #[key("file_elem_file_id", kTIMFileElemFileId, out)]
    pub file_id: String,
    /// Always 0.
    #[key("file_elem_business_id", kTIMFileElemBusinessId, out)]
    pub business_id: i32,
    /// Where to download it. Omitted while there is none.
    #[key("file_elem_url", kTIMFileElemUrl, out)]
    pub url: Option<String>,
    /// Not in use: never given, ignored when passed in.
    #[key("file_elem_task_id", kTIMFileElemTaskId, out)]
    pub task_id: Option<i32>,
}

/// A place. An element of a Message with `elem_type` 7.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct LocationElem {
    /// What the place is called; searches look at it.
    #[key("location_elem_desc", kTIMLocationElemDesc, rw)]
    pub desc: String,
    /// Degrees east; any finite number.
    #[key("location_elem_longitude", kTIMLocationElemLongitude, rw, required)]
    pub longitude: f64,
    /// Degrees north; any finite number.
    #[key("location_elem_latitude", kTIMLocationElemLatitude, rw, required)]
    pub latitude: f64,
}

/// A sticker. An element of a Message with `elem_type` 6. The core has no pictures: sender and receiver
/// agree on what index and data mean. One of the two is enough.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FaceElem {
    /// Number of the sticker; 0 when absent.
    #[key("face_elem_index", kTIMFaceElemIndex, rw)]
    pub index: i32,
    /// Data of the app's choice. Bytes that are not UTF-8 travel as U+0000, `b64:` and base64.
    #[key("face_elem_buf", kTIMFaceElemBuf, rw)]
    pub buf: Bytes,
}

/// Several messages in one, as they were when it was sent. The only element of a Message, with `elem_type`
/// 12. `TIMMsgDownloadMergerMessage` opens a received one.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MergerElem {
    /// Title to show. May be empty.
    #[key("merge_elem_title", kTIMMergerElemTitle, rw, required)]
    pub title: String,
    /// Lines that tell what is in it: the first 5 count, each up to 100 characters.
    #[key("merge_elem_abstract_array", kTIMMergerElemAbstractArray, rw, required)]
    pub abstract_array: Vec<String>,
    /// The text that a client sees which knows no merged messages. Not empty, else 6017.
    #[key("merge_elem_compatible_text", kTIMMergerElemCompatibleText, rw, required)]
    pub compatible_text: String,
    /// 1 to 300 messages that were sent or saved, in their order; neither tips nor recalled or online-only
    /// ones. `[]` in received messages.
    #[key("merge_elem_message_array", kTIMMergerElemMsgArray, rw, required)]
    pub message_array: Vec<Message>,
    /// True: merged messages are nested more than 100 deep, and the list is gone.
    #[key("merge_elem_layer_over_limit", kTIMMergerElemLayersOverLimit, out)]
    pub layer_over_limit: bool,
    /// Key of a list that was too long to travel in the message; empty when it travels in it.
    #[key("merge_elem_relay_pb_key", kTIMMergerElemRelayPbKey, out)]
    pub relay_pb_key: String,
    /// The same key.
    #[key("merge_elem_relay_json_key", kTIMMergerElemRelayJsonKey, out)]
    pub relay_json_key: String,
    /// The list itself, in hexadecimal, when it travels in the message.
    #[key("merge_elem_relay_buffer", kTIMMergerElemRelayBuffer, out)]
    pub relay_buffer: String,
}

/// A notice about a group to one of those concerned, such as a request to join. The only element of a
/// Message with `elem_type` 8, which is received only: of `kTIMConv_System`, in no conversation, never
/// unread.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupReportElem {
    /// What happened.
    #[key("group_report_elem_report_type", kTIMGroupReportElemReportType, out)]
    pub report_type: TIMGroupReportType,
    /// The group, or the community of a topic.
    #[key("group_report_elem_group_id", kTIMGroupReportElemGroupId, out)]
    pub group_id: String,
    /// User id of who did it.
    #[key("group_report_elem_op_user", kTIMGroupReportElemOpUser, out)]
    pub op_user: String,
    /// The words that came with it: of the request, the answer, the removal or the ban.
    #[key("group_report_elem_msg", kTIMGroupReportElemMsg, out)]
    pub msg: String,
    /// Data that came with it: of an invitation or of the app's back end; the topic id, or a JSON array of
    /// topic ids, when topics were made or deleted.
    #[key("group_report_elem_user_data", kTIMGroupReportElemUserData, out)]
    pub user_data: String,
    /// Profile of who did it.
    #[key("group_report_elem_op_user_info", kTIMGroupReportElemOpUserInfo, out)]
    pub op_user_info: UserProfile,
    /// Who did it, as a member of the group.
    #[key(
        "group_report_elem_op_group_memberinfo",
        kTIMGroupReportElemOpGroupMemberInfo,
        out
    )]
    pub op_group_memberinfo: GroupMemberInfo,
    /// Kind of the device it was done on, in a word.
    #[key("group_report_elem_platform", kTIMGroupReportElemPlatform, out)]
    pub platform: String,
    /// Seconds of a mute or a ban; 0: lifted.
    #[key("group_report_elem_shut_up_time", kTIMGroupReportElemShutUpTime, out)]
    pub shut_up_time: u32,
    /// What is done with the group's messages from now on; of `kTIMGroupReport_GroupMessageRecvOption`
    /// only.
    #[key(
        "group_report_elem_group_message_receive_option",
        kTIMGroupReportElemGroupMessageReceiveOption,
        out
    )]
    pub group_message_receive_option: TIMReceiveMessageOpt,
    /// Name of the group.
    #[key("group_report_elem_group_name", kTIMGroupReportElemGroupName, out)]
    pub group_name: String,
    /// The request itself, as `TIMGroupHandlePendency` takes it. Omitted unless the notice can be answered.
    #[key("group_report_elem_pendency", kTimbreGroupReportElemPendency, out)]
    pub pendency: Option<GroupPendency>,
}
