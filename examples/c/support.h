/* What both example programs need: a call that is waited for, printed lines, cues, and the events that the story
 * waits for. */
#ifndef TIMBRE_EXAMPLE_SUPPORT_H
#define TIMBRE_EXAMPLE_SUPPORT_H

#include "TIMCloud.h"
#include "json.h"

/* An asynchronous call of the library that this program waits for. */
typedef struct Call Call;

/* A new call: give `call_done` as the callback and the call itself as user_data. The second kind prints a line in
 * the callback when the call has succeeded. */
Call *call_new(void);
Call *call_saying(const char *format, ...);
void call_done(int32_t code, const char *desc, const char *json_params, const void *user_data);

/* Waits until the callback has run. When it failed, or when `result` (what the function itself returned) is not
 * TIM_SUCC, says so and ends the program. Gives the callback's JSON, to be freed. */
char *call_wait(Call *call, int result, const char *what);

/* Prints one line and flushes it. */
void say(const char *format, ...);

/* Prints "(next: what)" and waits for a line on standard input: the demo writes it when the moment has come, a
 * person presses Enter. */
void cue(const char *what);

/* Starts the library and logs `user` in: argv is the program's own (URL, app id, data folder, role), and the UserSig
 * is in the environment variable TIMBRE_DEMO_SIG. `platform` may be NULL. Ends the program on any error. */
void begin(const char *user, const char *platform, int argc, char **argv);

/* The role given on the command line. */
const char *role(void);

/* Ends the library, without a logout, and says so: the next start with the same folder goes on from here. */
void end(void);

/* Sends a text, or custom data, and waits until the server has it. */
void send_text(const char *to, const char *text);
void send_custom(const char *to, const char *data);

/* Marks everything from `user` as read. */
void read_everything(const char *user);

/* Waits until the receive callback has brought this many messages in all, or until as many receipts came. */
void wait_received(int count);
void wait_receipts(int count);

/* Waits until the first synchronisation after login has ended. */
void wait_synchronised(void);

/* Prints how many messages of `user` are unread, and how many there are in all. */
void say_unread(const char *user);

/* The text of a message's first element, or its custom data; gives `out`. */
char *content(Json message, char *out, size_t room);

#endif
