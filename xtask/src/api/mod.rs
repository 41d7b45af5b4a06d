//! The C API as its Rust source says it: functions, callbacks, enums, JSON objects and error codes, each with its
//! documentation. Headers, reference, fuzz calls and the tests of the contract are made from what is read here.

use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, Item, Lit, Meta, Type};

mod layout;

pub(crate) use layout::{HEADERS, Header};

/// Everything that one header shows.
pub(crate) struct Part {
    pub(crate) header: &'static Header,
    pub(crate) functions: Vec<Function>,
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) objects: Vec<Object>,
}

/// A C function.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    /// The feature rows that it serves, as the comment under its documentation says.
    pub(crate) rows: String,
    pub(crate) params: Vec<Param>,
    /// In C.
    pub(crate) returns: String,
    /// Its area is not built: it ends with 7013.
    pub(crate) unbuilt: bool,
}

/// A parameter, with its type in C.
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) ty: String,
}

/// A callback type.
pub(crate) struct Callback {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) params: Vec<Param>,
}

/// An enum.
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) values: Vec<Value>,
}

/// A value of an enum.
pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) number: i64,
    pub(crate) doc: Vec<String>,
    /// Of an error code: who raises it.
    pub(crate) raised_by: Option<String>,
}

/// A JSON object, or a list of texts that stand for something.
pub(crate) struct Object {
    /// Empty for the list.
    pub(crate) name: String,
    pub(crate) doc: Vec<String>,
    pub(crate) keys: Vec<Key>,
}

/// A key of a JSON object, or a text.
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) constant: String,
    /// As the contract writes types; empty for a text.
    pub(crate) ty: String,
    /// `in`, `out` or `rw`; empty for a text.
    pub(crate) access: String,
    pub(crate) required: bool,
    /// The number is a sum of an enum's values.
    pub(crate) bits: bool,
    pub(crate) doc: Vec<String>,
}

impl Function {
    /// What one that is not built does.
    pub(crate) fn notice(&self) -> &'static str {
        if self.params.iter().any(|p| p.ty.ends_with("Callback")) {
            "its callback gets 7013 once the arguments and the state are in order"
        } else {
            "it checks its arguments and does nothing"
        }
    }
}

/// Reads the API from the sources below `root`.
pub(crate) fn read(root: &Path) -> Result<Vec<Part>, String> {
    let src = root.join("src");
    let unbuilt = unbuilt(&src)?;
    let enums = enum_names(&src)?;
    HEADERS
        .iter()
        .map(|header| {
            let mut part = Part {
                header,
                functions: Vec::new(),
                callbacks: Vec::new(),
                enums: Vec::new(),
                objects: Vec::new(),
            };
            for path in header.files(&src, header.enums)? {
                part.enums.extend(read_enums(&path)?);
            }
            for path in header.files(&src, header.types)? {
                part.callbacks.extend(read_callbacks(&path, &enums)?);
            }
            for path in header.files(&src, header.objects)? {
                part.objects.extend(read_objects(&path, &enums)?);
            }
            for path in header.files(&src, header.functions)? {
                part.functions.extend(read_functions(&path, &enums, &unbuilt)?);
            }
            Ok(part)
        })
        .collect()
}

impl Header {
    /// The files of `names`: `a.rs`, and behind it the files that it declares as `mod topic;`.
    pub(crate) fn files(&self, src: &Path, names: &[&str]) -> Result<Vec<PathBuf>, String> {
        let mut files = Vec::new();
        for name in names {
            let path = src.join(name);
            let folder = path.with_extension("");
            let items = parse(&path)?.items;
            files.push(path);
            for item in items {
                if let Item::Mod(module) = item
                    && module.content.is_none()
                    && folder.join(format!("{}.rs", module.ident)).is_file()
                {
                    files.push(folder.join(format!("{}.rs", module.ident)));
                }
            }
        }
        Ok(files)
    }
}

/// The names of the functions that are not built, from the one table of them.
pub(crate) fn unbuilt(src: &Path) -> Result<Vec<String>, String> {
    let path = src.join("engine/unbuilt.rs");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let (_, table) = text
        .split_once("\nunbuilt! {")
        .ok_or_else(|| format!("{} has no table", path.display()))?;
    let (table, _) = table.split_once("\n}").unwrap_or((table, ""));
    Ok(table
        .lines()
        .filter_map(|line| line.trim().split_once(": "))
        .filter(|(name, _)| name.starts_with("TIM"))
        .map(|(name, _)| name.to_owned())
        .collect())
}

fn enum_names(src: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for header in HEADERS {
        for path in header.files(src, header.enums)? {
            names.extend(read_enums(&path)?.into_iter().map(|e| e.name));
        }
    }
    Ok(names)
}

/// Names of the enums and callback types of a file.
pub(crate) fn type_names(path: &Path) -> Result<Vec<String>, String> {
    let named = parse(path)?.items.into_iter().filter_map(|item| match item {
        Item::Enum(e) => Some(e.ident.to_string()),
        Item::Type(t) => Some(t.ident.to_string()),
        _ => None,
    });
    Ok(named.collect())
}

fn read_enums(path: &Path) -> Result<Vec<Enum>, String> {
    let mut enums = Vec::new();
    for item in parse(path)?.items {
        let Item::Enum(item) = item else { continue };
        let mut values = Vec::new();
        for variant in &item.variants {
            let number = variant
                .discriminant
                .as_ref()
                .and_then(|(_, expression)| number(expression))
                .ok_or_else(|| format!("{}: {} has no number", path.display(), variant.ident))?;
            let raised_by = variant.attrs.iter().find(|a| a.path().is_ident("raised_by"));
            values.push(Value {
                name: variant.ident.to_string(),
                number,
                doc: doc(&variant.attrs),
                raised_by: raised_by
                    .and_then(|a| Some(a.meta.require_list().ok()?.tokens.to_string().replace(" ,", ","))),
            });
        }
        enums.push(Enum {
            name: item.ident.to_string(),
            doc: doc(&item.attrs),
            values,
        });
    }
    Ok(enums)
}

fn read_callbacks(path: &Path, enums: &[String]) -> Result<Vec<Callback>, String> {
    let mut callbacks = Vec::new();
    for item in parse(path)?.items {
        let Item::Type(item) = item else { continue };
        let Some(Type::BareFn(function)) = generic(&item.ty, "Option") else {
            continue;
        };
        let mut params = Vec::new();
        for input in &function.inputs {
            let name = input
                .name
                .as_ref()
                .ok_or_else(|| format!("{}: {}: a parameter has no name", path.display(), item.ident))?;
            params.push(Param {
                name: name.0.to_string(),
                ty: c_type(&input.ty, enums)
                    .ok_or_else(|| format!("{}: {}: not a C type", path.display(), item.ident))?,
            });
        }
        callbacks.push(Callback {
            name: item.ident.to_string(),
            doc: doc(&item.attrs),
            params,
        });
    }
    Ok(callbacks)
}

fn read_functions(path: &Path, enums: &[String], unbuilt: &[String]) -> Result<Vec<Function>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut functions = Vec::new();
    for item in parse(path)?.items {
        let Item::Fn(item) = item else { continue };
        if !item.attrs.iter().any(|a| a.path().is_ident("tim_api")) {
            continue;
        }
        let name = item.sig.ident.to_string();
        let wrong = || format!("{}: {name}: not a C type", path.display());
        let mut params = Vec::new();
        for input in &item.sig.inputs {
            let syn::FnArg::Typed(input) = input else { continue };
            let syn::Pat::Ident(param) = &*input.pat else {
                continue;
            };
            params.push(Param {
                name: param.ident.to_string(),
                ty: c_type(&input.ty, enums).ok_or_else(wrong)?,
            });
        }
        let returns = match &item.sig.output {
            syn::ReturnType::Default => "void".to_owned(),
            syn::ReturnType::Type(_, ty) => c_type(ty, enums).ok_or_else(wrong)?,
        };
        functions.push(Function {
            rows: rows(&text, &name),
            unbuilt: unbuilt.contains(&name),
            doc: doc(&item.attrs),
            params,
            returns,
            name,
        });
    }
    Ok(functions)
}

/// The plain comment between a function's documentation and its attributes.
fn rows(text: &str, function: &str) -> String {
    let Some((before, _)) = text.split_once(&format!("fn {function}(")) else {
        return String::new();
    };
    let comment: Vec<&str> = before
        .lines()
        .rev()
        .skip(1)
        .take_while(|line| line.starts_with("#[") || (line.starts_with("//") && !line.starts_with("///")))
        .filter_map(|line| line.strip_prefix("// "))
        .collect();
    comment.into_iter().rev().collect::<Vec<_>>().join(" ")
}

fn read_objects(path: &Path, enums: &[String]) -> Result<Vec<Object>, String> {
    let mut objects = Vec::new();
    let mut texts = Object {
        name: String::new(),
        doc: Vec::new(),
        keys: Vec::new(),
    };
    let file = parse(path)?;
    texts.doc = doc(&file.attrs);
    for item in file.items {
        match item {
            Item::Struct(item) => {
                let mut keys = Vec::new();
                for field in &item.fields {
                    if let Some(key) = read_key(field, enums)
                        .map_err(|e| format!("{}: {}: {e}", path.display(), item.ident))?
                    {
                        keys.push(key);
                    }
                }
                if !keys.is_empty() {
                    objects.push(Object {
                        name: item.ident.to_string(),
                        doc: doc(&item.attrs),
                        keys,
                    });
                }
            }
            Item::Const(item) if matches!(*item.ty, Type::Reference(_)) => {
                let Expr::Lit(syn::ExprLit {
                    lit: Lit::Str(value), ..
                }) = &*item.expr
                else {
                    return Err(format!("{}: {} is no text", path.display(), item.ident));
                };
                texts.keys.push(Key {
                    name: value.value(),
                    constant: item.ident.to_string(),
                    ty: String::new(),
                    access: String::new(),
                    required: false,
                    bits: false,
                    doc: doc(&item.attrs),
                });
            }
            _ => {}
        }
    }
    if !texts.keys.is_empty() {
        objects.push(texts);
    }
    Ok(objects)
}

fn read_key(field: &syn::Field, enums: &[String]) -> Result<Option<Key>, String> {
    let Some(attribute) = field.attrs.iter().find(|a| a.path().is_ident("key")) else {
        return Ok(None);
    };
    let tokens = attribute
        .meta
        .require_list()
        .map_err(|e| e.to_string())?
        .tokens
        .to_string();
    let mut words = tokens.split(',').map(str::trim);
    let mut next = || {
        words
            .next()
            .ok_or_else(|| format!("#[key({tokens})] is too short"))
    };
    let (name, constant, access) = (
        next()?.trim_matches('"').to_owned(),
        next()?.to_owned(),
        next()?.to_owned(),
    );
    let rest: Vec<&str> = words.collect();
    let bits = rest
        .iter()
        .find_map(|word| {
            word.strip_prefix("bits")?
                .trim()
                .strip_prefix('(')?
                .strip_suffix(')')
        })
        .map(str::trim);
    let ty = generic(&field.ty, "Option").unwrap_or(&field.ty);
    Ok(Some(Key {
        name,
        constant,
        ty: json_type(ty, bits, enums).ok_or_else(|| {
            format!(
                "{}: not a type of a key",
                field.ident.as_ref().map_or_else(String::new, ToString::to_string)
            )
        })?,
        access,
        required: rest.contains(&"required"),
        bits: bits.is_some(),
        doc: doc(&field.attrs),
    }))
}

/// A Rust type as the contract names the types of keys.
fn json_type(ty: &Type, bits: Option<&str>, enums: &[String]) -> Option<String> {
    if let Some(inner) = generic(ty, "Vec") {
        let element = json_type(inner, bits, enums)?;
        let short = ["object ", "uint "].iter().find_map(|p| element.strip_prefix(p));
        return Some(match short {
            Some("Elem") => "array".to_owned(),
            Some(short) if element != "uint" => format!("array {short}"),
            _ => format!("array {element}"),
        });
    }
    if let Some(inner) = generic(ty, "JsonText") {
        return Some(format!("string JSON {}", json_type(inner, bits, enums)?));
    }
    let name = last_name(ty)?;
    Some(match (name.as_str(), bits) {
        ("u32", Some(bits)) => format!("uint {bits}"),
        ("u64", Some(bits)) => format!("uint64 {bits}"),
        ("String" | "Bytes", _) => "string".to_owned(),
        ("Value", _) => "any".to_owned(),
        ("bool", _) => "bool".to_owned(),
        ("u8", _) => "uint8".to_owned(),
        ("u32", _) => "uint".to_owned(),
        ("u64", _) => "uint64".to_owned(),
        ("i32", _) => "int".to_owned(),
        ("i64", _) => "int64".to_owned(),
        ("f64", _) => "double".to_owned(),
        (name, _) if enums.iter().any(|e| e == name) => format!("uint {name}"),
        (name, _) => format!("object {name}"),
    })
}

/// A Rust type as the contract writes it in C.
fn c_type(ty: &Type, enums: &[String]) -> Option<String> {
    if let Type::Ptr(pointer) = ty {
        let target = match last_name(&pointer.elem)?.as_str() {
            "c_char" => "char",
            "c_void" => "void",
            _ => return None,
        };
        return Some(match pointer.mutability {
            Some(_) => format!("{target}*"),
            None => format!("const {target}*"),
        });
    }
    let name = last_name(ty)?;
    Some(match name.as_str() {
        "c_int" => "int".to_owned(),
        "c_bool" | "bool" => "bool".to_owned(),
        "i32" => "int32_t".to_owned(),
        "u32" => "uint32_t".to_owned(),
        "i64" => "int64_t".to_owned(),
        "u64" => "uint64_t".to_owned(),
        name if enums.iter().any(|e| e == name) || name.ends_with("Callback") => name.to_owned(),
        _ => return None,
    })
}

fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// `T` of `name<T>`.
fn generic<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn number(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: Lit::Int(n), .. }) => n.base10_parse().ok(),
        Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|n| -n),
        _ => None,
    }
}

/// The lines of a doc comment.
pub(crate) fn doc(attributes: &[Attribute]) -> Vec<String> {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(syn::ExprLit {
                lit: Lit::Str(text), ..
            }) if pair.path.is_ident("doc") => Some(text.value()),
            _ => None,
        }
    });
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .filter(|line| line != "cbindgen:ignore")
        .collect()
}

pub(crate) fn parse(path: &Path) -> Result<syn::File, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))
}
