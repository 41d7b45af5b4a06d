//! `cargo xtask dist`: the library as a folder that C and C++ projects take: headers, shared and static library, the
//! names that hosts look for, pkg-config and CMake files.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checks::contract;
use crate::tools::Tool;
use crate::workspace::Workspace;
use crate::{artifacts, run};

/// The shared library's other names, which hosts that were written for the SDK of the same API ask for.
const ALIASES: &[&str] = if cfg!(target_os = "macos") {
    &["libImSDKForMac_C.dylib"]
} else if cfg!(windows) {
    &["ImSDK.dll"]
} else {
    &["libImSDK.so"]
};

/// What a program that links the static library needs beside it.
const STATIC_LIBS: &[&str] = if cfg!(target_os = "macos") {
    &[
        "-framework",
        "Security",
        "-framework",
        "CoreFoundation",
        "-lSystem",
    ]
} else if cfg!(windows) {
    &[
        "-lws2_32",
        "-lbcrypt",
        "-lcrypt32",
        "-luserenv",
        "-lntdll",
        "-ladvapi32",
    ]
} else {
    &["-lpthread", "-ldl", "-lm", "-lgcc_s"]
};

/// A finished folder.
pub(crate) struct Dist {
    pub(crate) root: PathBuf,
}

impl Dist {
    pub(crate) fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    pub(crate) fn lib(&self) -> PathBuf {
        self.root.join("lib")
    }

    /// Where the shared library is: on Windows with the programs.
    fn shared_dir(&self) -> PathBuf {
        self.root.join(if cfg!(windows) { "bin" } else { "lib" })
    }
}

/// Builds the library and lays out `target/dist/timbre-<version>`.
pub(crate) fn build(workspace: &Workspace) -> Result<Dist, String> {
    artifacts::library(workspace)?;
    lay_out(workspace)
}

/// Lays the folder out from a library that is built.
pub(crate) fn lay_out(workspace: &Workspace) -> Result<Dist, String> {
    let version = version(workspace)?;
    let dist = Dist {
        root: workspace.target.join("dist").join(format!("timbre-{version}")),
    };
    if dist.root.exists() {
        std::fs::remove_dir_all(&dist.root).map_err(|e| wrong(&dist.root, &e))?;
    }
    for folder in [
        dist.include(),
        dist.lib(),
        dist.shared_dir(),
        dist.lib().join("pkgconfig"),
        cmake_dir(&dist),
    ] {
        std::fs::create_dir_all(&folder).map_err(|e| wrong(&folder, &e))?;
    }
    copy(&workspace.root.join("LICENSE"), &dist.root.join("LICENSE"))?;
    for entry in std::fs::read_dir(workspace.root.join("include")).map_err(|e| e.to_string())? {
        let path = entry.map_err(|e| e.to_string())?.path();
        copy(&path, &dist.include().join(path.file_name().unwrap_or_default()))?;
    }
    let library = workspace.library();
    let shared = dist.shared_dir().join(library.file_name().unwrap_or_default());
    copy(&library, &shared)?;
    for alias in ALIASES {
        alias_of(&shared, &dist.shared_dir().join(alias))?;
    }
    if cfg!(windows) {
        for name in ["timbre.lib", "ImSDK.lib"] {
            copy(&library.with_extension("dll.lib"), &dist.lib().join(name))?;
        }
    }
    static_library(workspace, &dist)?;
    write(&dist.lib().join("pkgconfig/timbre.pc"), &pkg_config(&version))?;
    write(&cmake_dir(&dist).join("TimbreConfig.cmake"), CMAKE)?;
    write(
        &cmake_dir(&dist).join("TimbreConfigVersion.cmake"),
        &cmake_version(&version),
    )?;
    println!("{}", dist.root.display());
    Ok(dist)
}

/// One object whose only visible names are those of the C API: an app may have a SQLite or another Rust library of its
/// own. Where the tools cannot do that the archive stays as rustc has made it.
fn static_library(workspace: &Workspace, dist: &Dist) -> Result<(), String> {
    let archive = workspace.static_library();
    // On Windows `timbre.lib` is what a program links that takes the DLL.
    let name = if cfg!(windows) {
        "timbre_static.lib"
    } else {
        "libtimbre.a"
    };
    let target = dist.lib().join(name);
    if !cfg!(target_os = "linux") {
        return copy(&archive, &target);
    }
    let dir = workspace.fresh_dir("static")?;
    let object = dir.join("timbre.o");
    let names = contract::function_names(workspace)?;
    let list = dir.join("exported");
    write(&list, &(names.join("\n") + "\n"))?;
    let mut link = Command::new(Tool::Ld.get()?);
    link.args(["-r", "--gc-sections", "-o"]).arg(&object);
    // Roots: everything that they do not need is left behind.
    for name in &names {
        link.args(["-u", name]);
    }
    run::capture(link.arg(&archive))?;
    let mut hide = Command::new(Tool::Objcopy.get()?);
    hide.arg(format!("--keep-global-symbols={}", list.display()))
        // Bitcode that rustc leaves beside the code: no linker wants it, and some tools fall over it.
        .args(["--remove-section=.llvmbc", "--remove-section=.llvmcmd"])
        .args(["--strip-debug", "--strip-unneeded"])
        .arg(&object);
    run::capture(&mut hide)?;
    let mut pack = Command::new(Tool::Ar.get()?);
    run::capture(pack.arg("rcs").arg(&target).arg(&object)).map(drop)
}

/// A link where the system has them, so that both names are one library in a process; else a copy.
fn alias_of(library: &Path, alias: &Path) -> Result<(), String> {
    #[cfg(unix)]
    return std::os::unix::fs::symlink(library.file_name().unwrap_or_default(), alias)
        .map_err(|e| wrong(alias, &e));
    #[cfg(not(unix))]
    copy(library, alias)
}

fn version(workspace: &Workspace) -> Result<String, String> {
    let path = workspace.root.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|e| wrong(&path, &e))?;
    text.lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("{} names no version", path.display()))
}

fn pkg_config(version: &str) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\n\
         Name: timbre\nDescription: Instant-messaging client behind the TIM C API\nVersion: {version}\n\
         Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -ltimbre\nLibs.private: {}\n",
        STATIC_LIBS.join(" ")
    )
}

const CMAKE: &str = r#"# find_package(Timbre): the targets Timbre::timbre (shared) and Timbre::timbre_static.
get_filename_component(_timbre_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET Timbre::timbre)
  add_library(Timbre::timbre SHARED IMPORTED)
  set_target_properties(Timbre::timbre PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${_timbre_prefix}/include")
  if(WIN32)
    set_target_properties(Timbre::timbre PROPERTIES
      IMPORTED_LOCATION "${_timbre_prefix}/bin/timbre.dll"
      IMPORTED_IMPLIB "${_timbre_prefix}/lib/timbre.lib")
  elseif(APPLE)
    set_target_properties(Timbre::timbre PROPERTIES IMPORTED_LOCATION "${_timbre_prefix}/lib/libtimbre.dylib")
  else()
    set_target_properties(Timbre::timbre PROPERTIES
      IMPORTED_LOCATION "${_timbre_prefix}/lib/libtimbre.so"
      IMPORTED_SONAME "libtimbre.so")
  endif()
endif()

if(NOT TARGET Timbre::timbre_static)
  add_library(Timbre::timbre_static STATIC IMPORTED)
  set_target_properties(Timbre::timbre_static PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_timbre_prefix}/include"
    INTERFACE_COMPILE_DEFINITIONS "ENABLE_STATIC_LIB")
  if(WIN32)
    set_target_properties(Timbre::timbre_static PROPERTIES
      IMPORTED_LOCATION "${_timbre_prefix}/lib/timbre_static.lib"
      INTERFACE_LINK_LIBRARIES "ws2_32;bcrypt;crypt32;userenv;ntdll;advapi32")
  elseif(APPLE)
    set_target_properties(Timbre::timbre_static PROPERTIES
      IMPORTED_LOCATION "${_timbre_prefix}/lib/libtimbre.a"
      INTERFACE_LINK_LIBRARIES "-framework Security;-framework CoreFoundation")
  else()
    set_target_properties(Timbre::timbre_static PROPERTIES
      IMPORTED_LOCATION "${_timbre_prefix}/lib/libtimbre.a"
      INTERFACE_LINK_LIBRARIES "pthread;dl;m;gcc_s")
  endif()
endif()

unset(_timbre_prefix)
"#;

fn cmake_version(version: &str) -> String {
    let major = version.split('.').next().unwrap_or("0");
    format!(
        "set(PACKAGE_VERSION \"{version}\")\n\
         if(PACKAGE_FIND_VERSION_MAJOR STREQUAL \"{major}\" AND NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)\n  \
         set(PACKAGE_VERSION_COMPATIBLE TRUE)\nendif()\n\
         if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n  set(PACKAGE_VERSION_EXACT TRUE)\nendif()\n"
    )
}

fn cmake_dir(dist: &Dist) -> PathBuf {
    dist.lib().join("cmake").join("Timbre")
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    std::fs::copy(from, to).map(drop).map_err(|e| wrong(from, &e))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| wrong(path, &e))
}

fn wrong(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
