const CHATS = `[href*="//wa.me/"]`; customElements.define("einwurf-chat", Chat); if (snippet.replaceWhatsapp) start();
