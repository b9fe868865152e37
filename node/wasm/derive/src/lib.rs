//! `#[napi]` for WebAssembly: the same attribute as that of `napi-derive`, for the crate that stands in for
//! `napi`.
//!
//! A function is exported as `js:` and its name in camel case; a struct becomes an object, or is read from
//! one.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{
    Error, FnArg, Item, ItemFn, ItemStruct, LitBool, Member, Result, ext::IdentExt, parse::Parser,
    parse_macro_input,
};

/// Makes a function known to JavaScript, or lets a struct cross.
#[proc_macro_attribute]
pub fn napi(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as Item);
    let made = match &item {
        Item::Fn(function) => exported(function),
        Item::Struct(object) => Directions::parse(attribute.into()).map(|it| it.of(object)),
        other => Err(Error::new_spanned(other, "only functions and structs cross")),
    };
    let made = made.unwrap_or_else(Error::into_compile_error);
    quote!(#item #made).into()
}

fn exported(function: &ItemFn) -> Result<Tokens> {
    let (name, js_name) = (&function.sig.ident, format!("js:{}", camel(&function.sig.ident)));
    let arguments = function.sig.inputs.iter().map(|input| match input {
        FnArg::Typed(_) => Ok(quote!(::napi::FromJs::take(arguments)?)),
        FnArg::Receiver(this) => Err(Error::new_spanned(this, "a method does not cross")),
    });
    let arguments = arguments.collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        const _: () = {
            #[cfg_attr(target_family = "wasm", unsafe(export_name = #js_name))]
            extern "C" fn export() -> *const u64 {
                ::napi::call::call(|arguments, out| {
                    let answer = #name(#(#arguments),*);
                    ::napi::ToJs::write(answer, out);
                    Some(())
                })
            }
        };
    })
}

/// Which ways an object goes.
struct Directions {
    from_js: bool,
    to_js: bool,
}

impl Directions {
    fn parse(attribute: Tokens) -> Result<Directions> {
        let mut directions = Directions { from_js: true, to_js: true };
        let mut is_object = false;
        let parser = syn::meta::parser(|meta| {
            let way = match meta.path.get_ident().map(ToString::to_string).as_deref() {
                Some("object") => {
                    is_object = true;
                    return Ok(());
                }
                Some("object_from_js") => &mut directions.from_js,
                Some("object_to_js") => &mut directions.to_js,
                _ => {
                    return Err(
                        meta.error("WebAssembly knows object, object_from_js and object_to_js")
                    );
                }
            };
            *way = meta.value()?.parse::<LitBool>()?.value;
            Ok(())
        });
        parser.parse2(attribute)?;
        if is_object {
            Ok(directions)
        } else {
            Err(Error::new(
                proc_macro2::Span::call_site(),
                "a class does not cross: write #[napi(object)]",
            ))
        }
    }

    fn of(&self, object: &ItemStruct) -> Tokens {
        let (name, generics) = (&object.ident, &object.generics);
        let fields: Vec<_> = object.fields.members().collect();
        let names: Vec<_> = fields.iter().map(member).collect();
        let to_js = self.to_js.then(|| {
            quote! {
                impl #generics ::napi::ToJs for #name #generics {
                    fn write(self, out: &mut ::napi::Output) {
                        let object = out.object();
                        #(out.member(object, #names, self.#fields);)*
                    }
                }
            }
        });
        let from_js = self.from_js.then(|| {
            quote! {
                impl<'js> ::napi::FromJs<'js> for #name {
                    fn read(value: ::napi::Value<'js>) -> Option<Self> {
                        Some(#name { #(#fields: ::napi::FromJs::read(value.member(#names))?),* })
                    }
                }
            }
        });
        quote!(#to_js #from_js)
    }
}

fn member(field: &Member) -> String {
    match field {
        Member::Named(name) => camel(name),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// `retry_after_ns` as `retryAfterNs`.
fn camel(name: &syn::Ident) -> String {
    let name = name.unraw().to_string();
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut camel, word| {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
        camel
    })
}
