//! Tells the linker what only a shared library needs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" || os == "android" {
        // The library starts threads, whose thread-local destructors make unloading it unsound.
        println!("cargo::rustc-link-arg-cdylib=-Wl,-z,nodelete");
        println!("cargo::rustc-link-arg-cdylib=-Wl,-soname,libtimbre.so");
    }
}
