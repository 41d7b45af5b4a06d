//! Holds the JSON objects of the source to the contract's: every key with its constant, type, access and presence.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Contract, text};
use crate::api::{Key, Part};

/// What begins the constants of Timbre's own keys, which the contract does not know.
const OWN: &str = "kTimbre";

/// Where the source's type is right and the contract's is not the whole truth.
const OTHERWISE: &[(&str, &str)] = &[
    // Numbers that name no element are ignored, not refused.
    ("kTIMMsgSearchParamMessageTypeArray", "array int"),
    // A number, or its decimal text.
    ("kTIMRequestGetServerConfigValueTypeParam", "uint"),
];

/// Compares all of them.
pub(super) fn check(contract: &Contract, parts: &[Part]) -> Result<(), String> {
    let enums: Vec<&str> = contract.enums.iter().filter_map(|e| e["name"].as_str()).collect();
    let mut ours: BTreeMap<&str, (&str, &Key)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for object in parts.iter().flat_map(|part| &part.objects) {
        for key in &object.keys {
            if ours.insert(&key.constant, (&object.name, key)).is_some() {
                wrong.push(format!("{} is declared twice", key.constant));
            }
        }
    }
    let (mut compared, mut own) = (0, 0);
    for object in &contract.objects {
        let name = text(object, "object")?;
        for theirs in object["keys"].as_array().into_iter().flatten() {
            let constant = text(theirs, "const")?;
            compared += 1;
            match ours.remove(constant) {
                None => wrong.push(format!("{name}: {constant} is missing")),
                Some((ours, key)) => {
                    let differences = differences(name, theirs, ours, key, &enums);
                    wrong.extend(
                        differences
                            .into_iter()
                            .map(|d| format!("{name}: {constant}: {d}")),
                    );
                }
            }
        }
    }
    for constant in ours.keys() {
        if constant.starts_with(OWN) {
            own += 1;
        } else {
            wrong.push(format!(
                "{constant} is not in the contract; a key of our own begins with {OWN}"
            ));
        }
    }
    println!(
        "{compared} keys of {} objects and {own} of our own",
        contract.objects.len()
    );
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn differences(name: &str, theirs: &Value, object: &str, key: &Key, enums: &[&str]) -> Vec<String> {
    let mut list = Vec::new();
    let mut compare = |what: &str, ours: &str, theirs: &str| {
        if ours != theirs {
            list.push(format!("{what} is {ours:?}, the contract says {theirs:?}"));
        }
    };
    compare("the key", &key.name, theirs["key"].as_str().unwrap_or_default());
    // Texts that stand for something have no object.
    if object.is_empty() {
        return list;
    }
    compare("the object", object, name);
    if let Some(access) = theirs["access"].as_str() {
        compare("the access", &key.access, access);
    }
    if let Some(ty) = theirs["type"].as_str() {
        // Which enum the bits of a number come from, the contract says rarely, and once wrongly.
        let plain = |ty: &str| {
            let ty = plain(ty, enums);
            match ty.split_once(' ') {
                Some((width, _)) if key.bits && width != "array" => width.trim_end_matches("64").to_owned(),
                None if key.bits => ty.trim_end_matches("64").to_owned(),
                _ => ty,
            }
        };
        let (ours, theirs) = (plain(&key.ty), plain(ty));
        // Naming the enum of a number says more than the contract, and nothing else.
        let narrower = ours.starts_with("uint TIM") && theirs == "uint";
        if !narrower && !OTHERWISE.contains(&(key.constant.as_str(), ours.as_str())) {
            compare("the type", &ours, &theirs);
        }
    }
    // What we ask for, the contract must ask for; we may be content with less.
    if key.required && theirs["presence"] != "required" {
        list.push("is required here only".to_owned());
    }
    list
}

/// Widths that C does not tell apart, and enums without a list of values, are the same.
fn plain(ty: &str, enums: &[&str]) -> String {
    let words: Vec<&str> = ty.split(' ').collect();
    match words[..] {
        ["uint32"] => "uint".to_owned(),
        ["int32"] => "int".to_owned(),
        ["uint" | "int" | "uint32", name] if enums.contains(&name) => format!("uint {name}"),
        ["uint" | "string", _] => words[0].to_owned(),
        _ => ty.to_owned(),
    }
}
