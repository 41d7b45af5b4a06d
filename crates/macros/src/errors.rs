//! `#[error_table]`: the enum of error codes becomes a table that Rust can ask.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Attribute, Error, Expr, ItemEnum, Lit, Meta};

pub(crate) fn expand(arguments: Tokens, mut item: ItemEnum) -> Result<Tokens, Error> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "error_table takes no arguments"));
    }
    let mut rows = Vec::new();
    for variant in &mut item.variants {
        let Some((_, number)) = &variant.discriminant else {
            return Err(Error::new_spanned(variant, "an error code has a number"));
        };
        let text = doc_text(&variant.attrs);
        if text.is_empty() {
            return Err(Error::new_spanned(
                variant,
                "an error code has a doc comment, which is its text",
            ));
        }
        let Some(at) = variant.attrs.iter().position(|a| a.path().is_ident("raised_by")) else {
            return Err(Error::new_spanned(
                variant,
                "an error code says #[raised_by(core, server, rest or nobody)]",
            ));
        };
        let raised: Tokens = variant.attrs.remove(at).meta.require_list()?.tokens.clone();
        let mut bits = Vec::new();
        for word in raised.to_string().split(',').map(str::trim) {
            bits.push(match word {
                "core" => quote!(Origin::CORE),
                "server" => quote!(Origin::SERVER),
                "rest" => quote!(Origin::REST),
                "nobody" => quote!(Origin::NOBODY),
                _ => return Err(Error::new_spanned(raised, "core, server, rest or nobody")),
            });
        }
        let name = variant.ident.to_string();
        rows.push(quote!(ErrorCode { code: #number, name: #name, text: #text, raised_by: Origin::of(&[#(#bits),*]) }));
    }
    let mut out = item.to_token_stream();
    out.extend(quote! {
        /// Every code of the table, in its order.
        pub const TABLE: &[ErrorCode] = &[#(#rows),*];
    });
    Ok(out)
}

/// The doc comment as one line.
fn doc_text(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        }
    });
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}
