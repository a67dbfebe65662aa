// What the page says, in the languages it speaks. Both tables have the same keys; a test compares them.

export const WORDS = {
  "pt-BR": {
    title: "Canais",
    skip: "Pular para o conteúdo",
    language: "Idioma",
    signIn: "Entrar",
    email: "E-mail",
    password: "Senha",
    enter: "Entrar",
    signOut: "Sair",
    add: "Novo canal",
    find: "Procurar um canal",
    lookingOnly: "Seu perfil pode ver os canais. Para conectar ou desconectar, peça a um administrador.",
    none: "Ainda não há canais. Crie um e conecte o WhatsApp da sua empresa.",
    noneFound: "Nenhum canal com esse nome.",
    summary: "{count} canais, {connected} conectados",
    summaryOne: "1 canal, {connected} conectado",
    liveOn: "Ao vivo",
    liveOff: "Reconectando… a lista é atualizada a cada {seconds} s",
    DISCONNECTED: "Desconectado",
    CONNECTING: "Conectando",
    QRCODE: "Aguardando a leitura do QR Code",
    CONNECTED: "Conectado",
    ERROR: "Erro",
    hintDISCONNECTED: "Conecte para receber e enviar mensagens.",
    hintCONNECTING: "Isso leva alguns segundos.",
    hintQRCODE: "Abra o QR Code e leia com o celular.",
    hintCONNECTED: "Mensagens entram e saem por este número.",
    hintERROR: "Não foi possível conectar. Tente de novo.",
    unknownStatus: "Estado desconhecido ({status})",
    connect: "Conectar",
    newQr: "Novo QR Code",
    showQr: "QR Code",
    disconnect: "Desconectar",
    cancelStart: "Cancelar",
    retry: "Tentar de novo",
    rename: "Renomear",
    remove: "Excluir",
    onChannel: "{action}: {name}",
    cancel: "Cancelar",
    close: "Fechar",
    dismiss: "Dispensar",
    save: "Salvar",
    create: "Criar canal",
    newTitle: "Novo canal",
    renameTitle: "Renomear {name}",
    name: "Nome",
    nameHint: "De 3 a 50 caracteres; é como a sua equipe vai reconhecer o canal.",
    nameWrong: "O nome precisa ter de 3 a 50 caracteres.",
    qrTitle: "Conectar {name}",
    qrAlt: "QR Code para conectar {name}",
    qrWaiting: "Aguardando o QR Code…",
    qrRead: "QR Code lido. Conectando…",
    qrRenews: "O código se renova sozinho; deixe esta janela aberta.",
    step1: "Abra o WhatsApp no celular.",
    step2: "Toque em Dispositivos conectados e em Conectar um dispositivo.",
    step3: "Aponte a câmera para este código.",
    disconnectTitle: "Desconectar {name}?",
    disconnectText: "O celular será desvinculado, e o canal deixa de receber e enviar mensagens até ser conectado de novo.",
    removeTitle: "Excluir {name}?",
    removeText: "O canal é desconectado e deixa de existir. Isso não pode ser desfeito.",
    saidStatus: "{name}: {status}",
    saidGone: "{name} foi excluído",
    saidCreated: "{name} foi criado",
    saidSignedOut: "Você saiu.",
    failedOffline: "Sem resposta do servidor. Verifique a sua conexão e tente de novo.",
    failedSignIn: "E-mail ou senha incorretos. Confira e tente de novo.",
    failedTooMany: "Tentativas demais. Espere {seconds} s e tente de novo.",
    failedExpired: "Sua sessão terminou. Entre de novo.",
    failedTenant: "Esta conta está desativada. Fale com o suporte.",
    failedPermission: "Seu perfil não permite isso. Peça a um administrador.",
    failedLimit: "O limite de canais do seu plano foi atingido. Exclua um canal que não usa ou amplie o plano.",
    failedSessions: "O limite de sessões do seu plano foi atingido. Desconecte outro canal ou amplie o plano.",
    failedName: "Já existe um canal com esse nome. Escolha outro.",
    failedGone: "Este canal não existe mais. A lista foi atualizada.",
    failedBusy: "O sistema está sobrecarregado. Tente de novo em instantes.",
    failedStart: "Não foi possível conectar {name}. {reason}",
    failedDisconnect: "Não foi possível desconectar {name}; ele continua conectado. {reason}",
    failedOther: "Algo deu errado ({detail}). Tente de novo; se continuar, fale com o suporte.",
  },
  en: {
    title: "Channels",
    skip: "Skip to the content",
    language: "Language",
    signIn: "Sign in",
    email: "E-mail",
    password: "Password",
    enter: "Sign in",
    signOut: "Sign out",
    add: "New channel",
    find: "Find a channel",
    lookingOnly: "Your profile can look at channels. To connect or disconnect one, ask an administrator.",
    none: "There are no channels yet. Create one and connect your company's WhatsApp.",
    noneFound: "No channel of that name.",
    summary: "{count} channels, {connected} connected",
    summaryOne: "1 channel, {connected} connected",
    liveOn: "Live",
    liveOff: "Reconnecting… the list is refreshed every {seconds} s",
    DISCONNECTED: "Disconnected",
    CONNECTING: "Connecting",
    QRCODE: "Waiting for the QR code to be scanned",
    CONNECTED: "Connected",
    ERROR: "Error",
    hintDISCONNECTED: "Connect it to receive and send messages.",
    hintCONNECTING: "This takes a few seconds.",
    hintQRCODE: "Open the QR code and scan it with the phone.",
    hintCONNECTED: "Messages come and go through this number.",
    hintERROR: "It could not be connected. Try again.",
    unknownStatus: "Unknown status ({status})",
    connect: "Connect",
    newQr: "New QR code",
    showQr: "QR code",
    disconnect: "Disconnect",
    cancelStart: "Cancel",
    retry: "Try again",
    rename: "Rename",
    remove: "Delete",
    onChannel: "{action}: {name}",
    cancel: "Cancel",
    close: "Close",
    dismiss: "Dismiss",
    save: "Save",
    create: "Create channel",
    newTitle: "New channel",
    renameTitle: "Rename {name}",
    name: "Name",
    nameHint: "3 to 50 characters; this is how your team will know the channel.",
    nameWrong: "The name needs 3 to 50 characters.",
    qrTitle: "Connect {name}",
    qrAlt: "QR code that connects {name}",
    qrWaiting: "Waiting for the QR code…",
    qrRead: "QR code scanned. Connecting…",
    qrRenews: "The code renews itself; leave this window open.",
    step1: "Open WhatsApp on the phone.",
    step2: "Tap Linked devices, then Link a device.",
    step3: "Point the camera at this code.",
    disconnectTitle: "Disconnect {name}?",
    disconnectText: "The phone is unlinked, and the channel neither receives nor sends messages until it is connected again.",
    removeTitle: "Delete {name}?",
    removeText: "The channel is disconnected and gone for good. This cannot be undone.",
    saidStatus: "{name}: {status}",
    saidGone: "{name} was deleted",
    saidCreated: "{name} was created",
    saidSignedOut: "You are signed out.",
    failedOffline: "The server does not answer. Check your connection and try again.",
    failedSignIn: "Wrong e-mail or password. Check both and try again.",
    failedTooMany: "Too many attempts. Wait {seconds} s and try again.",
    failedExpired: "Your session has ended. Sign in again.",
    failedTenant: "This account is switched off. Talk to support.",
    failedPermission: "Your profile does not allow this. Ask an administrator.",
    failedLimit: "The channel limit of your plan is reached. Delete a channel you do not use, or extend the plan.",
    failedSessions: "The session limit of your plan is reached. Disconnect another channel, or extend the plan.",
    failedName: "There is a channel of that name already. Choose another one.",
    failedGone: "This channel does not exist any more. The list was refreshed.",
    failedBusy: "The system is overloaded. Try again in a moment.",
    failedStart: "{name} could not be connected. {reason}",
    failedDisconnect: "{name} could not be disconnected; it is still connected. {reason}",
    failedOther: "Something went wrong ({detail}). Try again; if it goes on, talk to support.",
  },
};

// The backend gives its reasons in English; `{}` stands for what differs. A reason that is not here is shown as it came.
export const REASONS = {
  "pt-BR": {
    "No phone scanned a QR code in time, so WhatsApp stopped offering new ones. Start again to get one.":
      "Nenhum celular leu o QR Code a tempo, e o WhatsApp deixou de oferecer novos. Tente de novo para receber outro.",
    "The QR code expired before a phone scanned it. Start again to get a new one.":
      "O QR Code expirou antes de ser lido. Tente de novo para receber outro.",
    "WhatsApp sent no QR code in time. Start again; if it keeps happening, tell the administrator.":
      "O WhatsApp não enviou um QR Code a tempo. Tente de novo; se continuar, avise o administrador.",
    "The phone scanned the code but the connection was not confirmed in time. Start again.":
      "O celular leu o código, mas a conexão não foi confirmada a tempo. Tente de novo.",
    "The connection to WhatsApp was lost and did not come back in time. Start again.":
      "A conexão com o WhatsApp caiu e não voltou a tempo. Conecte de novo.",
    "The WhatsApp server (Evolution) did not answer within {} seconds. Try again.":
      "O servidor do WhatsApp (Evolution) não respondeu em {} segundos. Tente de novo.",
    "The WhatsApp server (Evolution) cannot be reached. Try again in a moment.":
      "O servidor do WhatsApp (Evolution) está fora do ar. Tente de novo em instantes.",
    "The WhatsApp server (Evolution) gave an answer that cannot be read. Try again.":
      "O servidor do WhatsApp (Evolution) deu uma resposta ilegível. Tente de novo.",
    "The WhatsApp server (Evolution) refused this system's API key. Tell the administrator.":
      "O servidor do WhatsApp (Evolution) recusou a chave deste sistema. Avise o administrador.",
    "The WhatsApp server (Evolution) refused: {} (HTTP {}). Try again.":
      "O servidor do WhatsApp (Evolution) recusou: {} (HTTP {}). Tente de novo.",
    "Evolution reports a state this version does not know: {}.":
      "A Evolution informou um estado que esta versão não conhece: {}.",
  },
  en: {},
};

const fill = (text, values) => text.replace(/\{(\w*)\}/g, (whole, name) => values[name] ?? whole);

const pattern = (sentence) =>
  new RegExp("^" + sentence.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)") + "$");

export class Tongue {
  constructor(language) {
    this.language = language in WORDS ? language : "en";
  }

  say(key, values = {}) {
    return fill(WORDS[this.language][key], values);
  }

  reason(sentence) {
    for (const [known, translated] of Object.entries(REASONS[this.language])) {
      const found = pattern(known).exec(sentence ?? "");
      if (found) {
        let nth = 0;
        return translated.replace(/\{\}/g, () => found[(nth += 1)]);
      }
    }
    return sentence ?? "";
  }
}

export const preferred = () => {
  const kept = localStorage.getItem("language");
  if (kept in WORDS) return kept;
  return navigator.language.toLowerCase().startsWith("pt") ? "pt-BR" : "en";
};
