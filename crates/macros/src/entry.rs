//! `#[tim_api]`: a Rust function becomes a guarded C entry point.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Attribute, Error, FnArg, Ident, ItemFn, Pat, ReturnType, Type, TypePtr, Visibility};

pub(crate) fn expand(arguments: Tokens, mut function: ItemFn) -> Result<Tokens, Error> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "tim_api takes no arguments"));
    }
    check(&function)?;
    let name = function.sig.ident.to_string();
    let fallback = fallback(&function.sig.output)?;
    let wrapped = wrapped_parameters(&function);
    let body = function.block;
    function.block = syn::parse2(quote!({
        // What the parameters point to is looked at for as long as this stands, and no longer.
        let call = crate::ffi::support::Call::new();
        #wrapped
        crate::ffi::support::guard(#name, #fallback, move || #body)
    }))?;
    Ok(function.into_token_stream())
}

/// A statement for each pointer: it is NULL or as the C API promises, which is what makes these calls sound.
fn wrapped_parameters(function: &ItemFn) -> Tokens {
    let mut out = Tokens::new();
    for (name, ty) in pointers(function) {
        let target = path_name(&ty.elem);
        out.extend(match (ty.mutability.is_some(), target.as_deref()) {
            (false, Some("c_char")) => quote! {
                // SAFETY: NULL or a NUL-terminated text that stays as it is until this function returns.
                let #name = unsafe { crate::ffi::support::Text::new(#name, &call) };
            },
            (true, Some("c_char")) => quote! {
                // SAFETY: NULL or a buffer of the size that every text of the C API is given.
                let #name = unsafe { crate::ffi::support::Buffer::new(#name, &call) };
            },
            _ => quote! {
                let #name = crate::ffi::support::UserData(#name);
            },
        });
    }
    if out.is_empty() {
        out.extend(quote!(let _ = &call;));
    }
    out
}

fn pointers(function: &ItemFn) -> impl Iterator<Item = (&Ident, &TypePtr)> {
    function.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(parameter) => match (&*parameter.pat, &*parameter.ty) {
            (Pat::Ident(name), Type::Ptr(ty)) => Some((&name.ident, ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

fn path_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
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
    if pointers(function).next().is_some() && sig.unsafety.is_none() {
        return refuse("that takes pointers is unsafe");
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
        let known = match &*parameter.ty {
            Type::Path(_) => true,
            Type::Ptr(ty) => matches!(
                (ty.mutability.is_some(), path_name(&ty.elem).as_deref()),
                (_, Some("c_char")) | (false, Some("c_void"))
            ),
            _ => false,
        };
        if !known {
            return Err(Error::new_spanned(
                &parameter.ty,
                "a parameter of a C entry point is a number, a callback, *const c_char, *mut c_char or *const c_void",
            ));
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
