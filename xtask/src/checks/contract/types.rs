//! The source that holds the headers to the contract's types, numbers and keys.

use std::fmt::Write as _;

use super::{Contract, c_string, text};

const HEAD: &str = "\
#include \"TIMCloud.h\"
#include <stdio.h>
#include <string.h>
#ifdef __cplusplus
#define SAME(a, b) static_assert((long long)(a) == (long long)(b), #a)
#else
#define SAME(a, b) _Static_assert((long long)(a) == (long long)(b), #a)
#endif

static int checked, wrong;

static void key(const char *name, const char *got, const char *want) {
    checked++;
    if (strcmp(got, want) != 0) {
        printf(\"%s is \\\"%s\\\", the contract says \\\"%s\\\"\\n\", name, got, want);
        wrong++;
    }
}

";

/// One program over the whole contract.
pub(super) fn source(contract: &Contract) -> Result<String, String> {
    let mut out = String::from(HEAD);
    for item in &contract.enums {
        let values = item["values"]
            .as_array()
            .ok_or_else(|| format!("{item} has no values"))?;
        let name = text(item, "name")?;
        writes(&mut out, format_args!("SAME(sizeof(enum {name}), 4);\n"));
        for value in values {
            let name = value[0].as_str().unwrap_or_default();
            let number = value[1]
                .as_i64()
                .ok_or_else(|| format!("{item}: {name} has no number"))?;
            // The highest bit of an unsigned flag: a value of a C enum is an int, whose sign that bit is.
            let number = if number > i64::from(i32::MAX) {
                number - (1 << 32)
            } else {
                number
            };
            writes(&mut out, format_args!("SAME({name}, {number});\n"));
        }
    }
    for item in &contract.errors {
        writes(
            &mut out,
            format_args!("SAME({}, {});\n", text(item, "name")?, item["code"]),
        );
    }
    for item in &contract.callbacks {
        let name = text(item, "name")?;
        let parameters = types(contract, item)?;
        // The second declaration of one name compiles only when both types are the same.
        writes(&mut out, format_args!("extern {name} pointer_to_{name};\n"));
        writes(
            &mut out,
            format_args!("extern void (*pointer_to_{name})({parameters});\n"),
        );
    }
    out.push_str("\nint main(void) {\n");
    for item in &contract.functions {
        let name = text(item, "name")?;
        let returns = contract.c_type(text(item, "returns")?);
        let parameters = types(contract, item)?;
        writes(
            &mut out,
            format_args!("    {{ {returns} (*p)({parameters}) = {name}; checked += p != NULL; }}\n"),
        );
    }
    for item in contract
        .objects
        .iter()
        .flat_map(|o| o["keys"].as_array().into_iter().flatten())
    {
        let (name, want) = (text(item, "const")?, text(item, "key")?);
        writes(
            &mut out,
            format_args!("    key(\"{name}\", {name}, {});\n", c_string(Some(want))),
        );
    }
    out.push_str("    printf(\"%d functions and keys hold, %d do not\\n\", checked - wrong, wrong);\n");
    out.push_str("    return wrong != 0;\n}\n");
    Ok(out)
}

fn types(contract: &Contract, item: &serde_json::Value) -> Result<String, String> {
    let list: Vec<String> = contract
        .parameters(item)?
        .iter()
        .map(|(_, t)| contract.c_type(t))
        .collect();
    Ok(if list.is_empty() {
        "void".to_owned()
    } else {
        list.join(", ")
    })
}

fn writes(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(line);
}
