//! `#[json_enum]`: a C enum becomes a value of JSON objects.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Error, Expr, Fields, ItemEnum};

pub(crate) fn expand(arguments: Tokens, mut item: ItemEnum) -> Result<Tokens, Error> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "json_enum takes no arguments"));
    }
    let name = &item.ident;
    let mut arms = Vec::new();
    for variant in &item.variants {
        let (Fields::Unit, Some((_, number))) = (&variant.fields, &variant.discriminant) else {
            return Err(Error::new_spanned(
                variant,
                "a value of a C enum is a name and its number",
            ));
        };
        if !variant.attrs.iter().any(|a| a.path().is_ident("doc")) {
            return Err(Error::new_spanned(
                variant,
                "has no doc comment, which is what the headers show",
            ));
        }
        arms.push((variant.ident.clone(), number.clone()));
    }
    let Some((first, _)) = arms.first() else {
        return Err(Error::new_spanned(name, "has no values"));
    };
    // The value that stands for nothing where there is one, else the first.
    let default = arms
        .iter()
        .find(|(_, number)| is_zero(number))
        .map_or(first, |(variant, _)| variant);
    let (variants, numbers): (Vec<_>, Vec<_>) = arms.iter().cloned().unzip();
    let allow: syn::Attribute = syn::parse_quote!(#[allow(non_camel_case_types)]);
    item.attrs.push(allow);
    let text = name.to_string();
    let mut out = item.to_token_stream();
    out.extend(quote! {
        impl #name {
            /// Every value, in the order of the header.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The value with this number, if there is one.
            pub fn from_number(number: i32) -> Option<Self> {
                match number {
                    #(#numbers => Some(Self::#variants),)*
                    _ => None,
                }
            }

            /// Its number.
            pub const fn number(self) -> i32 {
                self as i32
            }
        }

        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self::#default
            }
        }

        impl crate::model::json::JsonValue for #name {
            const EXPECTED: &'static str = "a number";

            fn from_json(value: &::serde_json::Value) -> ::core::result::Result<Self, crate::model::json::Misread> {
                crate::model::json::enum_from(value, #text, Self::from_number)
            }

            fn push_json(&self, out: &mut ::std::string::String) {
                crate::model::json::push_int(out, i64::from(self.number()));
            }
        }

        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.number())
            }
        }
    });
    Ok(out)
}

fn is_zero(number: &Expr) -> bool {
    number.to_token_stream().to_string() == "0"
}
