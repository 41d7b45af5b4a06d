/*
 * The C API of Timbre: include this one header.
 *
 * Texts are UTF-8 and end with NUL. What is passed in is copied before a function returns. What a callback gets
 * lives until it returns and is never NULL.
 *
 * A function that takes a callback returns 0 and then runs it exactly once: on success, on failure, after a
 * time-out, or with 7009 when TIMUninit comes first. It returns another value of enum TIMResult when an argument
 * has a wrong shape, and then the callback does not run. Every callback may be NULL.
 *
 * Callbacks run on a thread of the library, one at a time, in order, never inside the function that caused
 * them. Any function may be called inside a callback. In pump mode (TimbreExtensions.h) they run where the
 * program says.
 *
 * Functions may be called from any thread. None of them waits for the network.
 */
#ifndef TIMCLOUD_H
#define TIMCLOUD_H

#include "TIMCloudDef.h"
#include "TIMManager.h"
#include "TIMMessageManager.h"
#include "TIMConversationManager.h"
#include "TIMOfflinePushManager.h"
#include "TIMExperimentalAPI.h"
#include "TimbreExtensions.h"

#endif /* TIMCLOUD_H */
