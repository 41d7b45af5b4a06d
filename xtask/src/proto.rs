//! Generates the protocol's Rust types from `crates/protocol/proto/*.proto`, without a protobuf compiler on
//! the machine: `protox` reads the schema, `prost-build` writes the types.

use std::path::Path;

use crate::generated;

/// Writes `crates/protocol/src/generated.rs`, or with `check` fails when the committed file differs.
pub(crate) fn generate(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("xtask has no parent folder")?;
    let proto = root.join("crates/protocol/proto");
    let descriptors = protox::compile([proto.join("frame.proto")], [&proto]).map_err(|e| format!("{e:?}"))?;
    let out = std::env::temp_dir().join(format!("timbre-proto-{}", std::process::id()));
    std::fs::create_dir_all(&out).map_err(|e| e.to_string())?;
    prost_build::Config::new()
        .bytes(["."])
        .enum_attribute(".", "#[allow(missing_docs)]")
        .out_dir(&out)
        .compile_fds(descriptors)
        .map_err(|e| e.to_string())?;
    let made = std::fs::read_to_string(out.join("timbre.v1.rs")).map_err(|e| e.to_string())?;
    std::fs::remove_dir_all(&out).map_err(|e| e.to_string())?;
    generated::write(
        &root.join("crates/protocol/src/generated.rs"),
        &made,
        check,
        "proto",
    )
}
