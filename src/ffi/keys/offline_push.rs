//! Names of the JSON keys of the offline push settings of a message, for the headers.
#![allow(missing_docs, non_upper_case_globals)]

// OfflinePushConfig
pub const kTIMOfflinePushConfigTitle: &str = "offline_push_config_title";
pub const kTIMOfflinePushConfigDesc: &str = "offline_push_config_desc";
pub const kTIMOfflinePushConfigExt: &str = "offline_push_config_ext";
pub const kTIMOfflinePushConfigFlag: &str = "offline_push_config_flag";
pub const kTIMOfflinePushConfigIOSConfig: &str = "offline_push_config_ios_config";
pub const kTIMOfflinePushConfigAndroidConfig: &str = "offline_push_config_android_config";
pub const kTIMOfflinePushConfigHarmonyConfig: &str = "offline_push_config_harmony_config";

// IOSOfflinePushConfig
pub const kTIMIOSOfflinePushConfigTitle: &str = "ios_offline_push_config_title";
pub const kTIMIOSOfflinePushConfigSound: &str = "ios_offline_push_config_sound";
pub const kTIMIOSOfflinePushConfigIgnoreBadge: &str = "ios_offline_push_config_ignore_badge";
pub const kTIMIOSOfflinePushConfigPushType: &str = "ios_offline_push_config_push_type";
pub const kTIMIOSOfflinePushConfigImage: &str = "ios_offline_push_config_image";
pub const kTIMIOSOfflinePushConfigInterruptionLevel: &str = "ios_offline_push_config_interruption_level";
pub const kTIMIOSOfflinePushConfigEnableBackgroundNotification: &str =
    "ios_offline_push_config_enable_background_notification";

// AndroidOfflinePushConfig
pub const kTIMAndroidOfflinePushConfigTitle: &str = "android_offline_push_config_title";
pub const kTIMAndroidOfflinePushConfigSound: &str = "android_offline_push_config_sound";
pub const kTIMAndroidOfflinePushConfigNotifyMode: &str = "android_offline_push_config_notify_mode";
pub const kTIMAndroidOfflinePushConfigVIVOCategory: &str = "android_offline_push_config_vivo_category";
pub const kTIMAndroidOfflinePushConfigOPPOChannelID: &str = "android_offline_push_config_oppo_channel_id";
pub const kTIMAndroidOfflinePushConfigXiaoMiChannelID: &str = "android_offline_push_config_xiaomi_channel_id";
pub const kTIMAndroidOfflinePushConfigFCMChannelID: &str = "android_offline_push_config_fcm_channel_id";
pub const kTIMAndroidOfflinePushConfigHuaWeiCategory: &str = "android_offline_push_config_huawei_category";
pub const kTIMAndroidOfflinePushConfigOPPOCategory: &str = "android_offline_push_config_oppo_category";
pub const kTIMAndroidOfflinePushConfigOPPONotifyLevel: &str = "android_offline_push_config_oppo_notify_level";
pub const kTIMAndroidOfflinePushConfigHonorImportance: &str = "android_offline_push_config_honor_importance";
pub const kTIMAndroidOfflinePushConfigMeizuNotifyType: &str = "android_offline_push_config_meizu_notify_type";
pub const kTIMAndroidOfflinePushConfigHuaWeiImage: &str = "android_offline_push_config_huawei_image";
pub const kTIMAndroidOfflinePushConfigHonorImage: &str = "android_offline_push_config_honor_image";
pub const kTIMAndroidOfflinePushConfigFCMImage: &str = "android_offline_push_config_fcm_image";

// AndroidOfflinePushConfig
pub const kTIMAndroidOfflinePushConfigVIVOClassification: &str =
    "android_offline_push_config_vivo_classification";

// HarmonyOfflinePushConfig
pub const kTIMHarmonyOfflinePushConfigTitle: &str = "harmony_offline_push_config_title";
pub const kTIMHarmonyOfflinePushConfigImage: &str = "harmony_offline_push_config_image";
pub const kTIMHarmonyOfflinePushConfigCategory: &str = "harmony_offline_push_config_category";
pub const kTIMHarmonyOfflinePushConfigIgnoreBadge: &str = "harmony_offline_push_config_ignore_badge";

// IOSOfflinePushConfigSoundConfig
pub const kIOSOfflinePushNoSound: &str = "push.no_sound";
pub const kIOSOfflinePushDefaultSound: &str = "default";
