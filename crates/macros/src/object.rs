//! `#[derive(JsonObject)]`: a struct becomes a JSON object of the C API.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Data, DeriveInput, Error, Field, Fields, GenericArgument, Ident, LitStr, PathArguments, Token, Type,
};

/// `#[key("user_profile_gender", kTIMUserProfileGender, out)]`, with `in`, `out` or `rw` and any of `required`,
/// `or_text`, `unread` (an object that is written and, when a host gives it back, passed over), `bits(TIMSomeFlag)` and
/// `alias("older_spelling")` behind it.
struct Key {
    name: LitStr,
    constant: Ident,
    access: Tokens,
    required: bool,
    or_text: bool,
    unread: bool,
    alias: Option<LitStr>,
}

impl Parse for Key {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name: LitStr = input.parse()?;
        input.parse::<Token![,]>()?;
        let constant = input.parse()?;
        input.parse::<Token![,]>()?;
        let access = if input.peek(Token![in]) {
            input.parse::<Token![in]>()?;
            quote!(In)
        } else {
            let word: Ident = input.parse()?;
            match word.to_string().as_str() {
                "out" => quote!(Out),
                "rw" => quote!(InOut),
                _ => return Err(Error::new(word.span(), "in, out or rw")),
            }
        };
        let mut key = Self {
            name,
            constant,
            access,
            required: false,
            or_text: false,
            unread: false,
            alias: None,
        };
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let word: Ident = input.parse()?;
            match word.to_string().as_str() {
                "required" => key.required = true,
                "or_text" => key.or_text = true,
                "unread" => key.unread = true,
                "alias" => {
                    let content;
                    syn::parenthesized!(content in input);
                    key.alias = Some(content.parse()?);
                }
                // For the reference only: the number's bits are this enum's values.
                "bits" => {
                    let content;
                    syn::parenthesized!(content in input);
                    Punctuated::<Ident, Token![,]>::parse_terminated(&content)?;
                }
                _ => {
                    return Err(Error::new(
                        word.span(),
                        "required, or_text, unread, bits(..) or alias(..)",
                    ));
                }
            }
        }
        Ok(key)
    }
}

pub(crate) fn expand(input: DeriveInput) -> Result<Tokens, Error> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(name, "a JSON object is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(name, "a JSON object has named fields"));
    };
    documented(&input.attrs, name)?;
    let mut keys = Vec::new();
    for field in &fields.named {
        keys.push((field, key_of(field)?));
    }
    let infos = keys.iter().map(|(field, key)| {
        let (text, constant, access, required) =
            (&key.name, key.constant.to_string(), &key.access, key.required);
        let ty = inner(&field.ty).unwrap_or(&field.ty);
        quote!(crate::model::json::Key {
            name: #text,
            constant: #constant,
            access: crate::model::json::Access::#access,
            required: #required,
            expected: <#ty as crate::model::json::JsonValue>::EXPECTED,
        })
    });
    let reads = keys.iter().map(|(field, key)| read(field, key));
    // The writer wants its keys in alphabetical order, which is also what hosts have always been given.
    let mut written: Vec<_> = keys.iter().collect();
    written.sort_by_key(|(_, key)| key.name.value());
    let writes = written.iter().map(|(field, key)| {
        let (ident, text) = (&field.ident, &key.name);
        if inner(&field.ty).is_some() {
            quote!(if let Some(value) = &self.#ident { w.value(#text, value); })
        } else {
            quote!(w.value(#text, &self.#ident);)
        }
    });
    let entries = written.iter().map(|(field, key)| {
        let (ident, text) = (&field.ident, &key.name);
        if inner(&field.ty).is_some() {
            quote!(if let Some(value) = &self.#ident { map.serialize_entry(#text, value)?; })
        } else {
            quote!(map.serialize_entry(#text, &self.#ident)?;)
        }
    });
    let text = name.to_string();
    Ok(quote! {
        impl crate::model::json::JsonObject for #name {
            const NAME: &'static str = #text;
            const KEYS: &'static [crate::model::json::Key] = &[#(#infos),*];

            fn read(object: crate::model::json::Object<'_>) -> ::core::result::Result<Self, i32> {
                Ok(Self { #(#reads),* })
            }

            fn write(&self, w: &mut crate::model::json::ObjectWriter<'_>) {
                #(#writes)*
            }
        }

        impl crate::model::json::JsonValue for #name {
            const EXPECTED: &'static str = "an object";

            fn from_json(value: &::serde_json::Value) -> ::core::result::Result<Self, crate::model::json::Misread> {
                crate::model::json::object_from(value)
            }

            fn push_json(&self, out: &mut ::std::string::String) {
                <Self as crate::model::json::JsonObject>::write(self, &mut crate::model::json::ObjectWriter::new(out));
            }
        }

        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_imports)]
                use ::serde::ser::SerializeMap as _;
                #[allow(unused_mut)]
                let mut map = serializer.serialize_map(None)?;
                #(#entries)*
                map.end()
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                crate::model::json::deserialize_object(deserializer)
            }
        }
    })
}

fn read(field: &Field, key: &Key) -> Tokens {
    let (ident, text) = (&field.ident, &key.name);
    let source = match &key.alias {
        Some(alias) => quote!((#text, #alias)),
        None => quote!(#text),
    };
    let number = if key.or_text { quote!(_or_text) } else { quote!() };
    let call = |name: &str| {
        let name = Ident::new(
            &format!("{name}{number}"),
            ident
                .as_ref()
                .map_or_else(proc_macro2::Span::call_site, Ident::span),
        );
        quote!(crate::model::json::#name(object, #source)?)
    };
    if key.unread {
        quote!(#ident: crate::model::json::pass_over(object, #source))
    } else if key.required {
        let value = call("required");
        quote!(#ident: #value)
    } else if let Some(alias) = key.alias.as_ref().filter(|_| is_list(&field.ty)) {
        quote!(#ident: crate::model::json::both(object, #text, #alias)?)
    } else {
        let value = call("optional");
        if inner(&field.ty).is_some() {
            quote!(#ident: #value)
        } else {
            quote!(#ident: #value.unwrap_or_default())
        }
    }
}

fn key_of(field: &Field) -> Result<Key, Error> {
    documented(&field.attrs, &field.ident)?;
    let mut found = field.attrs.iter().filter(|a| a.path().is_ident("key"));
    let (Some(attribute), None) = (found.next(), found.next()) else {
        return Err(Error::new_spanned(
            field,
            "a field of a JSON object has one #[key(..)]",
        ));
    };
    let key: Key = attribute.parse_args()?;
    if key.required && inner(&field.ty).is_some() {
        return Err(Error::new_spanned(&field.ty, "a required key is no Option"));
    }
    Ok(key)
}

fn documented(attributes: &[syn::Attribute], what: impl quote::ToTokens) -> Result<(), Error> {
    if attributes.iter().any(|a| a.path().is_ident("doc")) {
        return Ok(());
    }
    Err(Error::new_spanned(
        what,
        "has no doc comment, which is what the headers and the reference show",
    ))
}

/// Whether it is an `Option<Vec<..>>`.
fn is_list(ty: &Type) -> bool {
    matches!(inner(ty), Some(Type::Path(path)) if path.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}

/// `T` of `Option<T>`.
fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
