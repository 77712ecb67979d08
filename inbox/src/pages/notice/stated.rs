//! What the notice states besides: who reads, how long, who watches over it.

use super::{form::Question, promise::Promise};
use crate::state::{
    notice::terms::Promise as Promised,
    setup::ask::{AUTHORITIES, Ask},
};
use leptos::prelude::*;

/// Supervisory authorities for private bodies in Germany, Austria and Liechtenstein; any other can be typed.
const NAMES: [&str; 18] = [
    "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
    "Bayerisches Landesamt für Datenschutzaufsicht",
    "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
    "Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
    "Landesbeauftragter für Datenschutz und Informationsfreiheit der Freien Hansestadt Bremen",
    "Hamburgischer Beauftragter für Datenschutz und Informationsfreiheit",
    "Hessischer Beauftragter für Datenschutz und Informationsfreiheit",
    "Landesbeauftragter für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
    "Landesbeauftragter für den Datenschutz Niedersachsen",
    "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
    "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
    "Unabhängiges Datenschutzzentrum Saarland",
    "Sächsische Datenschutz- und Transparenzbeauftragte",
    "Landesbeauftragte für den Datenschutz Sachsen-Anhalt",
    "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein",
    "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
    "Österreichische Datenschutzbehörde",
    "Datenschutzstelle Fürstentum Liechtenstein",
];

/// The questions.
#[component]
pub(in crate::pages) fn Stated() -> impl IntoView {
    view! {
        <div class="pair"><Question ask=Ask::TeamDe /><Question ask=Ask::TeamEn /></div>
        <Question ask=Ask::Days />
        <Promise of=Promised::Copies />
        <Question ask=Ask::Authority />
        <datalist id=AUTHORITIES>{NAMES.map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
        <Question ask=Ask::Dpo />
        <Question ask=Ask::PrivacyUrl />
        <Question ask=Ask::ImprintUrl />
    }
}
