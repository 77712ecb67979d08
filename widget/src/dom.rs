//! Elements, and what keeps them in step with the state ([`crate::scope`]).
//!
//! `view!` makes a type of every element and closure: measured in this app, 95 KB brotli of the 100 that a visitor may
//! load. Here every element is one type and every closure is boxed at once. Nothing is ever set as markup
//! (`innerHTML`), so that pages with Trusted Types need no policy for us.

use crate::scope::{follow, keep, rebuild};
use js_sys::{Array, Function};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, UnwrapThrowExt as _, prelude::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent, Window,
};

/// So many pixels from the end, somebody still reads what is new.
const NEAR: i32 = 160;

/// The frame's window.
pub(crate) fn window() -> Window {
    web_sys::window().unwrap_throw()
}

/// The frame's document.
pub(crate) fn document() -> Document {
    window().document().unwrap_throw()
}

/// An element in the making.
#[derive(Clone)]
pub(crate) struct El(Element);

/// An HTML element.
pub(crate) fn el(tag: &str) -> El {
    El(document().create_element(tag).unwrap_throw())
}

/// An element with a class.
pub(crate) fn classed(tag: &str, class: &str) -> El {
    el(tag).attr("class", class)
}

/// An element with a text.
pub(crate) fn said(tag: &str, text: &str) -> El {
    el(tag).text(text)
}

/// An SVG element.
pub(crate) fn svg(tag: &str, attributes: &[(&str, &str)]) -> El {
    let element = document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw();
    attributes.iter().fold(El(element), |element, (name, value)| element.attr(name, value))
}

impl El {
    /// Sets an attribute; without effect if the name is none.
    pub(crate) fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets the text.
    pub(crate) fn text(self, text: &str) -> Self {
        self.0.set_text_content(Some(text));
        self
    }

    /// Appends children.
    pub(crate) fn kids(self, kids: impl IntoIterator<Item = Self>) -> Self {
        for kid in kids {
            let _ = self.0.append_child(&kid.0);
        }
        self
    }

    /// What stands in a text field at first; afterwards it is the visitor's.
    pub(crate) fn value(self, value: &str) -> Self {
        // Inputs and text areas share this property.
        self.0.unchecked_ref::<HtmlInputElement>().set_value(value);
        self
    }

    /// Follows the state where the visitor's own hand may move it, too.
    pub(crate) fn keep_value(&self, value: &str) {
        let field = self.0.unchecked_ref::<HtmlInputElement>();
        if field.value() != value {
            field.set_value(value);
        }
    }

    /// Calls `act` on each such event, as long as the screen stays.
    pub(crate) fn on(self, event: &str, act: impl Fn(&Event) + 'static) -> Self {
        keep(listen(&self.0, event, Box::new(act)));
        self
    }

    /// Runs now and whenever the state has changed, as long as the screen stays.
    pub(crate) fn live(self, act: impl Fn(&Self) + 'static) -> Self {
        let element = self.clone();
        follow(Rc::new(move || act(&element)));
        self
    }

    /// A text that follows the state. Left alone when it is the same: nobody is told twice.
    pub(crate) fn says(self, text: impl Fn() -> String + 'static) -> Self {
        self.live(move |element| {
            let text = text();
            if element.0.text_content().as_deref() != Some(text.as_str()) {
                element.0.set_text_content(Some(&text));
            }
        })
    }

    /// An attribute that follows the state; absent while there is no value.
    pub(crate) fn has(self, name: &'static str, value: impl Fn() -> Option<&'static str> + 'static) -> Self {
        self.live(move |element| element.set(name, value()))
    }

    /// Sets or removes an attribute.
    pub(crate) fn set(&self, name: &str, value: Option<&str>) {
        if self.0.get_attribute(name).as_deref() == value {
            return;
        }
        let _ = match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        };
    }

    /// Ticks or clears a box.
    pub(crate) fn tick(&self, ticked: bool) {
        self.0.unchecked_ref::<HtmlInputElement>().set_checked(ticked);
    }

    /// Children that are replaced, with all that belongs to them, whenever `version` is another.
    pub(crate) fn shows(
        self,
        version: impl Fn() -> u32 + 'static,
        kids: impl Fn() -> Vec<Self> + 'static,
    ) -> Self {
        let element = self.clone();
        let build = move || {
            let kids: Array = kids().into_iter().map(|kid| kid.0).collect();
            element.0.replace_children_with_node(&kids);
        };
        rebuild(Box::new(version), Box::new(build));
        self
    }

    /// Puts a child behind the others.
    pub(crate) fn append(&self, kid: &Self) {
        let _ = self.0.append_child(&kid.0);
    }

    /// Puts another in its place.
    pub(crate) fn replace(&self, with: &Self) {
        let _ = self.0.replace_with_with_node_1(&with.0);
    }

    /// Takes it away.
    pub(crate) fn remove(&self) {
        self.0.remove();
    }

    /// Whether the end of what it stands in is in view, or nearly.
    pub(crate) fn is_near_end(&self) -> bool {
        let scroll = self.0.closest(".scroll").ok().flatten();
        scroll.is_some_and(|scroll| {
            scroll.scroll_height() - scroll.scroll_top() - scroll.client_height() < NEAR
        })
    }

    /// Scrolls so far that its end is in view.
    pub(crate) fn reveal(&self) {
        self.0.scroll_into_view_with_bool(false);
    }

    /// Scrolls so far that the last child is in view.
    pub(crate) fn reveal_end(&self) {
        if let Some(last) = self.0.last_element_child() {
            last.scroll_into_view();
        }
    }

    /// Puts it at the end of the page.
    pub(crate) fn mount(self) {
        let _ = document().body().unwrap_throw().append_child(&self.0);
    }
}

/// What hears an event until it is dropped.
pub(crate) struct Ear {
    target: EventTarget,
    event: String,
    heard: Closure<dyn Fn(Event)>,
}

impl Ear {
    fn function(&self) -> &Function {
        self.heard.as_ref().unchecked_ref()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(&self.event, self.function());
    }
}

/// Calls `act` on each such event until the ear is dropped.
pub(crate) fn listen(target: &EventTarget, event: &str, act: Box<dyn Fn(&Event)>) -> Ear {
    let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| act(&event));
    let ear = Ear { target: target.clone(), event: event.to_owned(), heard };
    let _ = target.add_event_listener_with_callback(event, ear.function());
    ear
}

/// What the field that an event came from now holds.
pub(crate) fn value_of(event: &Event) -> String {
    field_of(event).map(|field| field.value()).unwrap_or_default()
}

/// Whether a key says "send": Enter with Control or Command, and not while letters are being composed.
pub(crate) fn entered(event: &Event) -> bool {
    let key: &KeyboardEvent = event.unchecked_ref();
    key.key() == "Enter" && (key.ctrl_key() || key.meta_key()) && !key.is_composing()
}

/// Whether the box that an event came from is now ticked.
pub(crate) fn ticked(event: &Event) -> bool {
    field_of(event).is_some_and(|field| field.checked())
}

/// Where in its element a click was, in percent from the left and from above.
pub(crate) fn place_of(event: &Event) -> (u8, u8) {
    let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return (50, 50);
    };
    let click: &MouseEvent = event.unchecked_ref();
    let percent = |at: i32, of: i32| u8::try_from((at * 100 / of.max(1)).clamp(0, 100)).unwrap_or(50);
    (percent(click.offset_x(), element.client_width()), percent(click.offset_y(), element.client_height()))
}

fn field_of(event: &Event) -> Option<HtmlInputElement> {
    event.target().map(wasm_bindgen::JsCast::unchecked_into)
}

/// Moves the focus to what a selector finds.
pub(crate) fn focus(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Scrolls to what a selector finds.
pub(crate) fn reveal(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        element.scroll_into_view();
    }
}
