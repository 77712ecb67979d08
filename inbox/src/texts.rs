//! Every sentence of the app. A text is a field, so that a missing one does not compile; the files hold exactly these
//! names, so that a missing translation does not open.

mod plural;
#[cfg(test)]
pub(crate) mod tests;

pub use plural::{Plural, Rule};

use einwurf_protocol::notice::Register;
use serde_json::{Map, Value};

macro_rules! texts {
    ({$($name:ident)*} {$($plural:ident)*}) => {
        /// The texts of one language. `{…}` are placeholders, filled by [`fill`].
        #[expect(missing_docs, reason = "a text's name and its translations say what it is")]
        #[derive(Default)]
        pub struct Texts { $(pub $name: String,)* $(pub $plural: Plural,)* }

        /// Every field by its name. A reader that is derived for hundreds of fields is one function with as many
        /// variables, over which the compiler sits for ten minutes.
        const FIELDS: &[(&str, fn(&mut Texts) -> &mut String)] =
            &[$((stringify!($name), |texts| &mut texts.$name),)*];

        /// The same of those that speak of a number.
        const PLURALS: &[(&str, fn(&mut Texts) -> &mut Plural)] =
            &[$((stringify!($plural), |texts| &mut texts.$plural),)*];

        #[cfg(test)]
        impl Texts {
            /// Every text with its name.
            pub(crate) fn all(&self) -> Vec<(&'static str, &str)> {
                // One by one: all of them at once would lie on the stack.
                let mut all = Vec::new();
                $(all.extend(Some((stringify!($name), self.$name.as_str())));)*
                $(all.extend(self.$plural.forms.iter().map(|(_, text)| (stringify!($plural), text.as_str())));)*
                all
            }
        }
    };
}

texts! { {
    app_title common_optional common_back common_next common_close common_save common_undo common_retry
    common_show common_hide common_copy common_skip language theme theme_auto theme_light
    theme_dark date_months date_months_short
    date_weekdays date_long date_short date_moment
    fault_offline fault_refused fault_link_used fault_unknown fault_misunderstood
    fault_limit fault_away fault_keys fault_chain fault_expired fault_forbidden fault_stale fault_conflict
    fault_device field_empty field_unfit field_email field_phone field_url field_days field_short
    field_recipients field_port login_title login_lead login_account login_password login_site
    login_site_hint login_submit login_asking login_deriving login_checking login_left_out
    login_left_locked login_left_ended login_left_switched inbox_list inbox_waiting_none
    inbox_read_all inbox_oldest inbox_search inbox_search_hint inbox_filter inbox_filter_open
    inbox_filter_done inbox_filter_all inbox_unread inbox_nameless inbox_row_sealed inbox_row_not_mine
    inbox_row_broken inbox_row_away inbox_more inbox_loading inbox_empty_title inbox_empty inbox_empty_open
    inbox_empty_done inbox_empty_search inbox_pick nav nav_inbox nav_settings nav_log_out
    nav_help read_title read_back read_done read_reopen read_from_visitor read_from_staff
    read_withdrawn read_opening read_not_mine_title read_not_mine
    read_broken_title read_broken read_away_title trouble_title trouble_gap trouble_forged trouble_keys
    trouble_content trouble_consent details_title details_contact details_name details_email details_phone
    details_wish wish_here wish_email wish_phone wish_notice details_none details_unverified details_unverified_hint
    details_consent details_consent_at details_consent_register details_consent_mode mode_consent
    mode_request details_consent_purposes purpose_answer purpose_special purpose_remember purpose_notify
    purpose_context purpose_guest details_consent_digest details_times details_received details_deleted
    toast_done toast_reopened toast_copied toast_not_copied toast_failed health_title health_good
    health_mailed health_until health_newest health_expired health_ends_soon health_mail_failed
    health_mail_off health_mail_waits health_reason health_to_mail settings_title settings_mail
    settings_mail_lead guard_title guard_lead guard_quiet guard_opened guard_work guard_work_of guard_wait guard_wait_of
    guard_unread guard_text_only guard_text_only_hint guard_strictness guard_relaxed guard_normal guard_strict
    guard_refused guard_refused_none guard_refused_lead guard_refused_of guard_ticket guard_unworked guard_pace
    guard_visitor guard_full guard_files wish_drop health_certificate
    reader_change reader_change_of reader_title reader_lead reader_refused health_to_webhooks
    push_note_title push_note push_title push_lead push_stay push_forbidden push_door push_home push_unable
    push_denied push_ended push_is_off push_is_on push_on push_off push_asking push_ending push_switched_on
    push_switched_off push_dismissed push_failed push_stranger push_site_title push_site_lead push_site_learns_title
    push_site_learns push_site_records push_site_allow push_site_hint
    settings_look mail_register mail_sender mail_sender_operator mail_sender_own
    mail_host mail_port mail_security mail_security_tls mail_security_starttls mail_security_plaintext
    mail_user mail_password mail_password_hint mail_from mail_test mail_loading mail_saving mail_saved
    mail_testing mail_sent mail_refused mail_refused_silent mail_rejected help_title help_next
    help_previous help_open help_done help_search help_back help_help setup_title setup_progress
    setup_no_link setup_kept step_company step_company_lead step_privacy
    step_privacy_lead step_account step_account_lead step_keys step_keys_lead step_published
    step_published_lead ask_company ask_company_hint ask_address ask_address_hint ask_phone ask_email
    ask_hours ask_hours_hint ask_response response_hours response_day response_two_days response_week
    ask_team_de ask_team_en ask_team_hint ask_days ask_days_hint ask_authority ask_authority_hint ask_dpo
    ask_dpo_hint ask_privacy_url ask_imprint_url ask_name ask_name_hint ask_account ask_password
    ask_password_hint ask_recipients ask_recipients_hint ask_mail_register strength_weak strength_fair
    strength_good preview_title preview_register preview_missing preview_complete missing_company
    missing_address missing_team missing_days missing_authority missing_dpo missing_privacy_url
    missing_imprint_url missing_host_name missing_country missing_offers missing_children
    missing_copies missing_sector_profile missing_sector_days missing_sector_context missing_sector_special
    missing_sector_dpia missing_sector_secrecy keys_make keys_making keys_stage_keys
    keys_stage_password keys_stage_signing keys_stage_sealing keys_stage_done keys_stage_now
    keys_stage_later code_title code_lead code_print code_ask code_group code_wrong code_back_hint
    keys_publish keys_publishing sheet_title sheet_for sheet_date
    sheet_keep snippet_title snippet_lead snippet_form snippet_inline snippet_file snippet_file_lead
    snippet_download snippet_register snippet_label snippet_preview snippet_preview_note snippet_missing
    snippet_pin published_to_inbox snippet_copy
    login_working
    area_mail area_team area_site area_account areas admin_loading admin_working admin_saved
    admin_not_signer admin_conflict admin_cancelled served_door served_relay served_to_door field_door
    field_origin cap_read cap_sign cap_audit team_title team_lead team_people team_you team_no_account
    team_seen team_never team_invite team_again team_again_of team_end team_end_of team_back invites_title
    invites_waiting invites_answered invites_expired invites_doubtful invites_replaces invites_compare
    invites_compare_of invites_end invites_end_of invites_ended invite_title invite_lead invite_again_title
    invite_again_lead invite_name invite_name_hint invite_may invite_may_hint invite_may_nothing
    invite_older invite_make invite_making invited_title invited_lead invited_next invited_copy invited_done
    confirm_title confirm_lead confirm_code confirm_account confirm_may confirm_fits confirm_differs
    confirm_differs_hint confirm_refused confirm_gone confirmed doubt_foreign doubt_entry doubt_known
    doubt_full end_title end_own_title end_effect end_sessions end_keys end_account end_not end_copied end_ahead end_lost end_ahead_hint end_to_snippet end_hint
    end_site_key end_next end_to_next end_aware end_aware_first end_button end_own_button end_own end_done
    stays_signer stays_reader stays_spare recovery_title recovery_lead recovery_checked recovery_none
    recovery_due recovery_check recovery_new check_title check_lead check_submit check_wrong check_length
    check_lost check_done sheet_new_title sheet_new_lead sheet_new_stranger sheet_new_publish sheet_new_done
    site_title site_lead site_back site_until site_stock_lead site_month site_month_now
    site_months site_renew release_title release_present release_check release_current release_unknown
    release_away release_no_key release_forged release_older release_differs release_new release_new_lead
    release_value release_value_hint release_changes release_approve release_done key_title key_pin key_next
    key_to_next place_title place_relays place_moved place_to door_title door_set door_none door_to
    door_to_change door_page_lead door_step_1 door_step_1_lead door_step_2 door_step_2_lead door_step_3
    door_step_3_lead door_step_4 door_step_4_lead door_register door_download door_downloading
    door_downloaded door_failed door_address door_address_hint door_publish door_published door_removed
    next_title next_lead next_step_1 next_step_1_lead next_make next_announced next_step_2 next_step_2_lead
    next_in_page next_step_3 next_step_3_lead next_groups next_switch next_switched next_in_page_first
    next_not_held next_withdraw next_withdrawn next_done relays_title relays_lead relays_first relays_second
    relays_second_hint relays_publish moved_title moved_lead moved_origin moved_origin_hint moved_publish
    moved_published moved_now inbox_moved moved_undo moved_undone lost_title lost_lead lost_1 lost_2 lost_3 lost_4
    lost_before snippet_page_lead snippet_show account_title account_password
    account_password_title account_password_lead account_change account_asking account_deriving
    account_changed account_recovering devices_title devices_lead devices_this devices_other devices_first
    devices_last devices_open devices_closed devices_end devices_end_of devices_ended devices_none
    fault_taken fault_sheet fault_release field_link field_code_length field_code_character
    field_code_checksum join_title join_lead join_may may_read may_sign may_audit join_until join_account
    join_account_hint join_submit join_working join_loading join_code_title join_code_lead join_code_then
    join_to_login join_closed_title join_closed join_away_title login_forgot recover_title
    recover_colleague_title recover_colleague recover_sheet_title recover_sheet recover_link
    recover_link_hint recover_code recover_code_hint recover_password recover_submit recover_stage_entering
    recover_stage_account recover_stage_admitting recover_stage_login recover_replace recover_replace_yes recover_replace_no recover_back reauth_title reauth_lead
    reauth_submit reauth_cancel changes_title changes_came changes_came_sheet changes_left
    changes_left_sheet changes_may changes_may_not changes_renamed changes_confirm may_read_short
    may_sign_short may_audit_short renewal_running renewal_failed health_new_keys health_mail_server health_mail_account health_waiting_since health_refused health_retry wish_title wish_lead wish_arrives wish_at_once wish_quarter wish_hour wish_never wish_quiet wish_quiet_hint wish_from wish_until wish_times wish_everybody wish_quiet_of wish_minutes_of unread_title unread_lead
    unread_to_team sheet_for_what sheet_scan_code sheet_scan_link sheet_link sheet_by
    sheet_what_to_do sheet_step_1 sheet_step_2 sheet_step_3
    end_done_signer
    devices_forget devices_forget_of
    login_stay login_stay_hint login_again
    topic_ask topic_orders topic_complaints topic_general topic_applications topic_special topic_control
    advice_orders advice_complaints advice_general advice_applications advice_special advice_control mode_ask
    mode_recommended mode_consent_name mode_consent_1 mode_consent_2 mode_consent_3 mode_request_name
    mode_request_1 mode_request_2 mode_request_3 sector_ask sector_general sector_health sector_hint
    sector_means sector_special sector_days sector_context sector_mail sector_place promise_dpia
    promise_dpia_hint promise_secrecy promise_secrecy_hint promise_copies promise_copies_hint boxes_title
    boxes_lead box_special box_special_hint box_remember box_remember_hint box_notify box_notify_hint box_context
    box_context_hint box_forced children_admit children_hint children_age children_years children_check
    countries field_secrecy_days field_colour field_unconfirmed field_boxes field_age field_place
    field_secrecy_place preview_mode preview_other preview_page preview_proof findings_title finding_forbidden
    finding_mixed finding_consent finding_long finding_hard finding_open finding_in_controller
    finding_in_recipients finding_in_transfer finding_in_rights finding_in_text part_opening part_box part_age
    part_buttons part_links part_withdrawal step_purpose step_purpose_lead step_account_keys notice_title
    notice_lead notice_line notice_to notice_part_who notice_elsewhere notice_not_signed notice_away
    notice_same notice_place notice_place_line notice_place_hint profile_self_hosted profile_own_proxy
    profile_direct notice_changes notice_unchanged notice_incomplete notice_means notice_publish notice_drop
    notice_published notice_published_quiet notice_undo_lead notice_undo notice_restored display_title
    display_lead display_to display_snippet display_published ask_accent ask_accent_hint mail_heads
    mail_heads_hint
    nav_requests nav_log fault_erased fault_restricted fault_newer fault_papers inbox_row_erased
    inbox_row_restricted read_erased trouble_kept trouble_vanished details_code details_withdrawn
    details_restricted details_held details_held_until details_by by_self by_parent special_title
    special_lead special_ask special_erase special_not rights_title rights_back rights_sending rights_told
    rights_until rights_export rights_handover rights_parts rights_restrict rights_lift rights_object
    rights_hold rights_release rights_erase rights_request rights_handed_over rights_held rights_released
    rights_restricted rights_lifted rights_erased_parts rights_erased rights_asked rights_copies_done
    lack_parts lack_saved lack_until lack_too_far lack_reasons lack_received lack_aware no_restricted
    no_held no_held_alone no_over no_nothing no_certificate no_agreed no_box no_asked export_lead
    export_page export_json export_careful export_button export_working export_done proof_button
    proofs_broken handover_lead handover_parts handover_why handover_basis basis_contract basis_law
    period_letters period_vouchers period_books period_hint handover_save handover_save_lead
    handover_save_button handover_saved handover_do handover_lost_none
    handover_button parts_lead parts_button restrict_lead restrict_button lift_lead lift_button object_first
    object_then object_yes object_yes_lead object_no object_no_lead object_reasons object_reasons_hint
    object_no_button erase_lead erase_content erase_visitor erase_copies erase_proof erase_instead
    erase_aware erase_button hold_lead hold_before hold_longest hold_reason reason_claim reason_authority
    hold_button release_hold_lead release_hold_button request_lead request_right request_received
    request_due request_button request_taken right_access right_rectification right_erasure
    right_restriction right_portability right_objection outcome_done outcome_refused outcome_withdrawn
    ended_done ended_refused ended_withdrawn requests_title requests_lead requests_list requests_none
    request_times request_ended request_overdue request_soon request_open request_close request_closed
    find_title find_code find_hint find_wrong find_button find_code_button find_nothing tombstone_visitor
    tombstone_staff tombstone_by_visitor tombstone_by_staff tombstone_copies tombstone_copies_done
    tombstone_done tombstone_hint tombstone_proof log_title log_lead log_list log_none log_when log_who
    log_what log_code log_more deed_open deed_export deed_erase deed_erase_parts deed_handover deed_hold
    deed_release deed_restrict deed_lift deed_ask deed_copies deed_request deed_close proofs_title
    proofs_lead proofs_button told_handover_contract told_handover_law told_hold_claim told_hold_authority
    told_release told_restrict told_lift told_agree told_go_on told_ask
    no_not_held proofs_done part_needed
    setup_reread
    fault_old_keys fault_full answer_title answer_label answer_send answer_keys answer_sending answer_empty
    answer_long answer_arrived answer_another answer_done answer_colleague_one answer_colleague_some
    answer_colleague_lead answer_anyway answer_failed answer_retry answer_notice_will answer_notice_going
    answer_notice_gone answer_notice_lately answer_notice_failed answer_wish_phone answer_wish_email
    read_from_member read_told read_log
    area_office inbox_newer inbox_empty_narrow hunt_begin hunt_stop
    narrow_title narrow_all narrow_mine narrow_nobodys narrow_unread narrow_files narrow_hidden
    narrow_labels narrow_topics work_title work_status work_open work_waiting work_done work_assigned
    work_nobody work_me work_former work_topic work_no_topic work_their_topic work_label work_label_add
    work_unlabel work_hide work_show work_older work_full work_waits work_no_key work_pick notes_title
    notes_lead notes_label notes_add notes_away bulk_begin bulk_all bulk_end wave_begin
    wave_title wave_lead wave_from wave_until wave_unfit wave_look wave_hide
    toast_assigned toast_taken toast_given_back toast_waiting toast_topic toast_labelled toast_unlabelled
    toast_noted toast_unnoted toast_hidden toast_shown help_take help_wait help_label help_note help_hide
    help_pick help_undo office_lead office_drop office_choose office_who office_same office_day office_order
    office_long office_twice office_hours_unfit canned canned_lead canned_title canned_text canned_add
    topics topics_lead topics_name topics_members topics_add stand_ins stand_lead stand_of stand_by
    stand_from stand_until stand_add hours hours_lead hours_open hours_hint hours_zone hours_closed
    hours_closed_all hours_closed_day hours_closed_name hours_closed_add automatic automatic_lead
    mail_escalation mail_escalation_hint
    file_empty file_broken file_polyglot file_unknown file_office file_protected file_too_large
    file_location file_changed file_failed file_pick file_picked file_reading file_ready file_unclean
    file_remove file_describe file_wait file_many file_list file_show file_show_short file_hide file_save
    file_save_short file_fetching file_saved file_unshown file_tampered file_partly file_never file_going
    file_stop file_stopped file_resume file_frame file_word_picture file_word_video file_word_document
    size_bytes size_kb size_mb
    export_own export_own_hint export_print export_mail
    answer_waiting callback_title callback_lead callback_number callback_lacks callback_note callback_send
    callback_without callback_by callback_undo callback_done callback_undone
    leave_title leave_lead leave_stay leave_anyway
    soon_lock soon_go_on soon_session soon_over help_letters
    renew_keys login_waits files_again
    page_line csp_to csp_title csp_lead csp_page csp_form csp_present csp_present_hint csp_nonce csp_types
    csp_result csp_made csp_complete csp_added csp_need_button csp_need_window csp_need_wasm
    csp_need_messages csp_need_live csp_need_icons csp_need_photos csp_need_types csp_nonce_needed
    csp_nonce_lacks csp_sandbox csp_reports csp_repeated csp_unknown csp_left_out csp_meta csp_place
    csp_place_header csp_place_nginx csp_place_apache csp_place_caddy csp_place_meta csp_copy
    csp_fault_long csp_fault_letter csp_fault_nothing csp_link_title csp_link_lead csp_link_copy
    csp_link_door instead_title instead_lead instead_address_title instead_address_copy instead_own
    instead_relay instead_code_title instead_code_lead instead_code_alt instead_a4 instead_a6 instead_svg
    instead_png instead_saved instead_failed instead_long instead_page_title instead_replace
    instead_replace_hint instead_signature_title instead_signature_copy instead_reply_title
    instead_reply_lead instead_reply_copy instead_list_title instead_list_site instead_list_profiles
    instead_list_mail instead_list_paper instead_list_privacy instead_doctor
    look_title look_lead look_to look_published look_dark look_dark_hint look_pick look_pick_dark
    look_weak_light look_weak_dark look_take look_good look_scheme look_scheme_auto look_scheme_light
    look_scheme_dark look_radius look_radius_hint look_radius_fault look_font look_font_hint look_font_fault
    look_button_title look_snippet look_side look_side_end look_side_start look_lift look_lift_hint
    look_lift_fault
    hooks_title hooks_line hooks_to hooks_lead hooks_leaves hooks_list hooks_none hooks_add hooks_form
    hooks_address hooks_address_hint hooks_unfit hooks_types hooks_types_none hooks_message hooks_answer
    hooks_consent hooks_withdrawal hooks_erasure hooks_ping hooks_drop hooks_saved hooks_secret
    hooks_secret_lead hooks_secret_kept hooks_former hooks_test hooks_testing hooks_tested
    hooks_test_failed hooks_edit hooks_switch_off hooks_switch_on hooks_switched_off hooks_switched_on
    hooks_renew hooks_remove hooks_remove_lead hooks_remove_yes hooks_keep hooks_removed hooks_new
    hooks_off hooks_gone hooks_waiting hooks_failed hooks_good hooks_taken hooks_redirect hooks_refused
    hooks_failing hooks_went hooks_silent hooks_unreachable hooks_log hooks_log_lead hooks_waits
    hooks_delivered hooks_given_up hooks_again hooks_again_done hooks_more hooks_refresh
} {
    since_minutes since_hours since_days inbox_unread_count read_missing handover_lost told_erase file_text
    boxes_chosen hunt_loaded hunt_running hunt_done bulk_count wave_counting wave_count
    health_waiting health_webhooks
} }

/// Chooses one text.
pub type Pick = fn(&Texts) -> &String;

/// Why a file of texts does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextsError {
    /// Not an object of texts.
    #[error("not an object of texts")]
    Form,
    /// A text that the app shows is not there.
    #[error("the text {0} is missing")]
    Missing(&'static str),
    /// The file of a register.
    #[error("no texts of {0}")]
    NoFile(Register),
    /// A text that the app does not know.
    #[error("the text {0} is not known")]
    Unknown(String),
}

/// Chooses a text that speaks of a number.
pub type PickPlural = fn(&Texts) -> &Plural;

impl Texts {
    /// From a file's content, which holds exactly these names.
    fn read(json: &str, register: Register, rule: Rule) -> Result<Self, TextsError> {
        let mut given: Map<String, Value> = serde_json::from_str(json).map_err(|_| TextsError::Form)?;
        let mut texts = Self::default();
        for (name, field) in FIELDS {
            let Value::String(text) = given.remove(*name).ok_or(TextsError::Missing(name))? else {
                return Err(TextsError::Form);
            };
            *field(&mut texts) = text;
        }
        for (name, field) in PLURALS {
            let forms = serde_json::from_value::<Map<String, Value>>(
                given.remove(*name).ok_or(TextsError::Missing(name))?,
            );
            let text = |text: Value| text.as_str().map(str::to_owned).ok_or(TextsError::Form);
            let forms = forms.map_err(|_| TextsError::Form)?.into_iter();
            let forms = forms.map(|(form, given)| Ok((form, text(given)?))).collect::<Result<_, _>>()?;
            *field(&mut texts) = Plural { forms, register, rule };
        }
        given.into_iter().next().map_or(Ok(texts), |(name, _)| Err(TextsError::Unknown(name)))
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

/// The texts of every register, so that the language can change at any moment, and visitors be told in theirs.
pub struct Library {
    all: Vec<(Register, Texts)>,
    none: Texts,
}

impl Library {
    /// From the files' content with the names of their registers; those of no register of this app are left out.
    pub fn read(files: &[(String, String)], rule: Rule) -> Result<Self, TextsError> {
        let mut library = Vec::new();
        for (name, json) in files {
            if let Some(register) = Register::from_name(name) {
                library.push((register, Texts::read(json, register, rule)?));
            }
        }
        let has = |register: &Register| library.iter().any(|(known, _)| known == register);
        match Register::ALL.iter().find(|register| !has(register)) {
            Some(register) => Err(TextsError::NoFile(*register)),
            None => Ok(Self { all: library, none: Texts::default() }),
        }
    }

    /// The texts of a register: without a word if there was no file of it, which no register that is offered lacks.
    pub fn of(&self, register: Register) -> &Texts {
        let found = self.all.iter().find(|(known, _)| *known == register);
        found.map_or(&self.none, |(_, texts)| texts)
    }
}

/// Puts values in the place of `{name}`. Values are taken as they are, never read for placeholders again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}
