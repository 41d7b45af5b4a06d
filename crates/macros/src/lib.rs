//! The attribute that turns a Rust function into a guarded C entry point of libtimbre.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Attribute, Error, FnArg, ItemFn, Pat, ReturnType, Type, Visibility, parse_macro_input};

/// Marks a function of the C API.
///
/// The function is written as C sees it, so that cbindgen can read it: `#[unsafe(no_mangle)] pub extern "C" fn`
/// with plain parameters and a doc comment, which is all that its entry in the headers and in the reference is
/// made from. The attribute adds what every entry point needs and checks what every entry point must be:
///
/// - no panic leaves it: the body runs inside `support::guard`, which logs a panic under the function's name
///   and answers the function's fallback: `TIM_ERR_PARAM` for a `TIMResult`, null for a pointer, 0 for a
///   number. (A function with a completion queues it before anything can fail: see `support::accept`.)
/// - it is public, `extern "C"`, not mangled, documented, free of generics, and takes neither Rust enums nor
///   references: compile errors say which.
#[proc_macro_attribute]
pub fn tim_api(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    expand(arguments.into(), function)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(arguments: Tokens, mut function: ItemFn) -> Result<Tokens, Error> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "tim_api takes no arguments"));
    }
    check(&function)?;
    let name = function.sig.ident.to_string();
    let fallback = fallback(&function.sig.output)?;
    let body = function.block;
    function.block = syn::parse2(quote!({
        crate::ffi::support::guard(#name, #fallback, move || #body)
    }))?;
    Ok(function.into_token_stream())
}

fn check(function: &ItemFn) -> Result<(), Error> {
    let sig = &function.sig;
    let refuse = |what: &str| Err(Error::new_spanned(&sig.ident, format!("a C entry point {what}")));
    if !matches!(function.vis, Visibility::Public(_)) {
        return refuse("is public");
    }
    let abi = sig
        .abi
        .as_ref()
        .and_then(|abi| abi.name.as_ref())
        .map(syn::LitStr::value);
    if abi.as_deref() != Some("C") {
        return refuse("is extern \"C\"");
    }
    if !function.attrs.iter().any(is_no_mangle) {
        return refuse("carries #[unsafe(no_mangle)], after #[tim_api]");
    }
    if !function.attrs.iter().any(|a| a.path().is_ident("doc")) {
        return refuse("has a doc comment, which becomes its documentation in the headers");
    }
    if !sig.generics.params.is_empty() || sig.asyncness.is_some() || sig.variadic.is_some() {
        return refuse("is neither generic nor async nor variadic");
    }
    for input in &sig.inputs {
        let FnArg::Typed(parameter) = input else {
            return refuse("is no method");
        };
        if !matches!(*parameter.pat, Pat::Ident(_)) {
            return Err(Error::new_spanned(
                &parameter.pat,
                "a parameter of a C entry point has a plain name",
            ));
        }
        if !matches!(*parameter.ty, Type::Path(_) | Type::Ptr(_)) {
            return Err(Error::new_spanned(&parameter.ty, "not a type that C knows"));
        }
    }
    Ok(())
}

fn is_no_mangle(attribute: &Attribute) -> bool {
    attribute.path().is_ident("unsafe")
        && attribute
            .meta
            .require_list()
            .is_ok_and(|list| list.tokens.to_string() == "no_mangle")
}

/// What the function answers when its body panics.
fn fallback(output: &ReturnType) -> Result<Tokens, Error> {
    let ReturnType::Type(_, ty) = output else {
        return Ok(quote!(()));
    };
    match &**ty {
        Type::Ptr(_) => Ok(quote!(::core::ptr::null())),
        Type::Path(path) if path.path.is_ident("c_int") => Ok(quote!(crate::model::error::sync::PARAM)),
        Type::Path(_) => Ok(quote!(0)),
        other => Err(Error::new_spanned(other, "not a type that C knows")),
    }
}
