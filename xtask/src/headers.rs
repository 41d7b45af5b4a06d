//! Generates the C headers in `include/` from `src/ffi`: cbindgen writes functions, callback types and enums;
//! the names of the JSON keys, which it does not write, are read from `src/ffi/keys`.

use std::path::Path;

use syn::{Expr, Item, Lit};

use crate::proto;

/// One header, by the name that hosts include.
struct Header {
    name: &'static str,
    /// What it is for, in a comment at its top.
    intro: &'static str,
    /// Headers that it needs.
    needs: &'static [&'static str],
    /// Files below `src/ffi`.
    sources: &'static [&'static str],
    /// File below `src/ffi/keys`.
    keys: Option<&'static str>,
}

const HEADERS: &[Header] = &[
    Header {
        name: "TIMCloudDef",
        intro: "What every part of the API uses: results, error codes, the completion callback.",
        needs: &[],
        sources: &["types/cloud_def.rs", "types/error_codes.rs"],
        keys: None,
    },
    Header {
        name: "TIMManager",
        intro: "Start and end, settings, login, and the events of the session.",
        needs: &["TIMCloudDef"],
        sources: &["types/manager.rs", "manager.rs"],
        keys: Some("manager.rs"),
    },
    Header {
        name: "TIMMessageManager",
        intro: "Sending, receiving and reading messages.",
        needs: &["TIMCloudDef"],
        sources: &["types/message.rs", "messages.rs"],
        keys: Some("message.rs"),
    },
    Header {
        name: "TIMConversationManager",
        intro: "The conversation list and its unread counts.",
        needs: &["TIMCloudDef"],
        sources: &["types/conversation.rs", "conversations.rs"],
        keys: Some("conversation.rs"),
    },
    Header {
        name: "TIMOfflinePushManager",
        intro: "The offline push settings that a message can carry.",
        needs: &["TIMCloudDef"],
        sources: &[],
        keys: Some("offline_push.rs"),
    },
    Header {
        name: "TIMExperimentalAPI",
        intro: "Rarely needed operations behind one function.",
        needs: &["TIMCloudDef"],
        sources: &["types/experimental.rs", "experimental.rs"],
        keys: Some("experimental.rs"),
    },
    Header {
        name: "TimbreExtensions",
        intro: "What Timbre adds to the API.",
        needs: &["TIMCloudDef"],
        sources: &["extensions.rs"],
        keys: None,
    },
];

/// The head of the header that holds all others: what holds for every function.
const UMBRELLA: &str = "\
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
";

/// What the first of all headers begins with.
const PREAMBLE: &str = "\
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

/* Functions come from a DLL on Windows, unless ENABLE_STATIC_LIB says that the library is linked statically. */
#ifndef TIMBRE_API
#if defined(_WIN32) && !defined(ENABLE_STATIC_LIB)
#define TIMBRE_API __declspec(dllimport)
#else
#define TIMBRE_API
#endif
#endif
";

/// Writes the headers, or with `check` fails when a committed one differs.
pub(crate) fn generate(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("xtask has no parent folder")?;
    let include = root.join("include");
    std::fs::create_dir_all(&include).map_err(|e| format!("{}: {e}", include.display()))?;
    for header in HEADERS {
        let text = header.text(root)?;
        write(&include, header.name, &text, check)?;
    }
    let mut umbrella = format!("{UMBRELLA}#ifndef TIMCLOUD_H\n#define TIMCLOUD_H\n\n");
    for header in HEADERS {
        umbrella.push_str(&format!("#include \"{}.h\"\n", header.name));
    }
    umbrella.push_str("\n#endif /* TIMCLOUD_H */\n");
    write(&include, "TIMCloud", &umbrella, check)
}

fn write(include: &Path, name: &str, text: &str, check: bool) -> Result<(), String> {
    // Sources in any encoding but ASCII would ask hosts for a compiler switch.
    if let Some(line) = text.lines().find(|line| !line.is_ascii()) {
        return Err(format!("{name}.h is not plain ASCII: {line}"));
    }
    proto::write(&include.join(format!("{name}.h")), text, check)
        .map_err(|e| e.replace("cargo xtask proto", "cargo xtask headers"))
}

impl Header {
    fn text(&self, root: &Path) -> Result<String, String> {
        let ffi = root.join("src/ffi");
        let mut config = cbindgen::Config::from_root_or_default(root);
        config.header = Some(format!(
            "/* {} Generated by `cargo xtask headers`. */",
            self.intro
        ));
        config.include_guard = Some(format!("{}_H", self.name.to_uppercase()));
        let mut head: String = self
            .needs
            .iter()
            .map(|n| format!("#include \"{n}.h\"\n"))
            .collect();
        if self.needs.is_empty() {
            head.push_str(PREAMBLE);
        }
        if let Some(keys) = self.keys {
            head.push('\n');
            head.push_str(&key_names(&ffi.join("keys").join(keys))?);
        }
        config.after_includes = Some(head.trim_end().to_owned());
        let mut builder = cbindgen::Builder::new();
        for source in self.sources {
            let path = ffi.join(source);
            config.export.include.extend(types(&path)?);
            builder = builder.with_src(path);
        }
        let mut bytes = Vec::new();
        let bindings = builder
            .with_config(config)
            .generate()
            .map_err(|e| format!("{}: {e}", self.name))?;
        bindings.write(&mut bytes);
        let text = String::from_utf8(bytes).map_err(|e| format!("{}: {e}", self.name))?;
        Ok(text
            .replace("  // extern \"C\"", " /* extern \"C\" */")
            .replace("  // __cplusplus", " /* __cplusplus */")
            .replace(" // __cplusplus", " /* __cplusplus */"))
    }
}

/// Callback types and enums of a file: cbindgen leaves out what no function of the same header uses.
fn types(path: &Path) -> Result<Vec<String>, String> {
    fn collect(items: &[Item], names: &mut Vec<String>) {
        for item in items {
            match item {
                Item::Enum(e) => names.push(e.ident.to_string()),
                Item::Type(t) => names.push(t.ident.to_string()),
                Item::Mod(m) => collect(m.content.as_ref().map_or(&[], |(_, items)| items), names),
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    collect(&parse(path)?.items, &mut names);
    Ok(names)
}

/// The names of JSON keys of a file, as `#define`s.
fn key_names(path: &Path) -> Result<String, String> {
    let mut text = String::from("/* Names of JSON keys. */\n");
    for item in parse(path)?.items {
        let Item::Const(constant) = item else { continue };
        let Expr::Lit(literal) = *constant.expr else {
            return Err(format!("{}: {} is no literal", path.display(), constant.ident));
        };
        let Lit::Str(value) = literal.lit else {
            return Err(format!("{}: {} is no text", path.display(), constant.ident));
        };
        text.push_str(&format!("#define {} {:?}\n", constant.ident, value.value()));
    }
    Ok(text)
}

fn parse(path: &Path) -> Result<syn::File, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))
}
