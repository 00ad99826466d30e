// The page's words in the browser's language.
export const words = {
  en: {
    skip: 'Skip to the message box', conversations: 'Conversations', newChat: 'New conversation',
    panelNote: 'This list is kept in this browser only.', main: 'First conversation', untitled: 'New conversation',
    messages: 'Messages', emptyTitle: 'What can I do for you?',
    emptyText: 'Write a message below. The answer appears here while it is being written.',
    hintSend: 'sends', hintLine: 'starts a new line', hintStop: 'stops an answer',
    typing: 'The assistant is writing', latest: 'Jump to latest', inputLabel: 'Message',
    placeholder: 'Write a message', stop: 'Stop the answer', send: 'Send',
    connecting: 'Connecting', online: 'Connected', offline: 'Offline',
    waiting: (s) => `Reconnecting in ${s} s`, reconnect: 'Reconnecting',
    you: 'You', assistant: 'OpenClaw', system: 'Notice',
    sending: 'Sending', queued: 'Waiting for a connection', failed: 'Not sent', refused: 'Not accepted',
    stopped: 'Stopped', copy: 'Copy', copied: 'Copied', theme: 'Switch between light and dark',
    pairing: 'Ask the gateway’s operator to run this command, then write again:',
    tooLong: (n) => `${n} bytes too long`, answered: 'Answer',
    too_long: 'That message is too long.', rate_limited: 'Too many messages at once. Sending goes on in a moment.',
    try_again: 'The gateway could not store the message yet. Trying again.',
    restarting: 'The gateway is restarting. Your message is sent when it is back.',
    too_many_tabs: 'This chat is open in too many tabs. Close one of them.',
    unsupported_protocol: 'The gateway was updated. Please reload this page.',
    invalid_message: 'The gateway cannot accept this message.', stop_failed: 'The answer could not be stopped.',
    history: 'Earlier messages could not be loaded.', noStorage: 'This browser keeps no data for the page: after a reload you are somebody new.',
    newMessages: (n) => `(${n}) `, today: 'Today', yesterday: 'Yesterday',
    attach: 'Attach files', attachments: 'Files to send', file: 'File', uploading: (name) => `Uploading ${name}`,
    removeFile: (name) => `Remove ${name}`, saveFile: (name) => `Save ${name}`, uploaded: (name) => `${name} is ready to be sent`,
    file_too_large: 'Too large', fileTooLarge: (name, size) => `${name} is too large: a file may have at most ${size}.`,
    empty_file: 'This file is empty', too_many_files: 'A message can take ten files.', file_gone: 'This file is not kept any more',
    upload_failed: 'Could not be uploaded', upload_timeout: 'The upload took too long', unreadable: 'This file cannot be read',
    no_access: 'Write a message first: the gateway does not know you yet.',
  },
  de: {
    skip: 'Zum Eingabefeld springen', conversations: 'Unterhaltungen', newChat: 'Neue Unterhaltung',
    panelNote: 'Diese Liste liegt nur in diesem Browser.', main: 'Erste Unterhaltung', untitled: 'Neue Unterhaltung',
    messages: 'Nachrichten', emptyTitle: 'Was kann ich für dich tun?',
    emptyText: 'Schreib unten eine Nachricht. Die Antwort erscheint hier, während sie entsteht.',
    hintSend: 'sendet', hintLine: 'beginnt eine neue Zeile', hintStop: 'hält die Antwort an',
    typing: 'Der Assistent schreibt', latest: 'Zum Ende', inputLabel: 'Nachricht',
    placeholder: 'Nachricht schreiben', stop: 'Antwort anhalten', send: 'Senden',
    connecting: 'Verbinde', online: 'Verbunden', offline: 'Offline',
    waiting: (s) => `Neuer Versuch in ${s} s`, reconnect: 'Verbinde neu',
    you: 'Du', assistant: 'OpenClaw', system: 'Hinweis',
    sending: 'Wird gesendet', queued: 'Wartet auf Verbindung', failed: 'Nicht gesendet', refused: 'Nicht angenommen',
    stopped: 'Angehalten', copy: 'Kopieren', copied: 'Kopiert', theme: 'Zwischen hell und dunkel wechseln',
    pairing: 'Bitte den Betreiber des Gateways, diesen Befehl auszuführen, und schreib dann noch einmal:',
    tooLong: (n) => `${n} Bytes zu lang`, answered: 'Antwort',
    too_long: 'Diese Nachricht ist zu lang.', rate_limited: 'Zu viele Nachrichten auf einmal. Gleich geht es weiter.',
    try_again: 'Das Gateway konnte die Nachricht noch nicht speichern. Neuer Versuch läuft.',
    restarting: 'Das Gateway startet neu. Deine Nachricht wird danach gesendet.',
    too_many_tabs: 'Dieser Chat ist in zu vielen Tabs offen. Schließ bitte einen.',
    unsupported_protocol: 'Das Gateway wurde aktualisiert. Bitte lade die Seite neu.',
    invalid_message: 'Das Gateway kann diese Nachricht nicht annehmen.', stop_failed: 'Die Antwort ließ sich nicht anhalten.',
    history: 'Frühere Nachrichten konnten nicht geladen werden.', noStorage: 'Dieser Browser speichert nichts für die Seite: Nach dem Neuladen bist du jemand Neues.',
    newMessages: (n) => `(${n}) `, today: 'Heute', yesterday: 'Gestern',
    attach: 'Dateien anhängen', attachments: 'Dateien zum Senden', file: 'Datei', uploading: (name) => `${name} wird hochgeladen`,
    removeFile: (name) => `${name} entfernen`, saveFile: (name) => `${name} speichern`, uploaded: (name) => `${name} kann gesendet werden`,
    file_too_large: 'Zu groß', fileTooLarge: (name, size) => `${name} ist zu groß: Eine Datei darf höchstens ${size} haben.`,
    empty_file: 'Diese Datei ist leer', too_many_files: 'Eine Nachricht fasst zehn Dateien.', file_gone: 'Diese Datei ist nicht mehr gespeichert',
    upload_failed: 'Konnte nicht hochgeladen werden', upload_timeout: 'Das Hochladen dauerte zu lange', unreadable: 'Diese Datei lässt sich nicht lesen',
    no_access: 'Schreib zuerst eine Nachricht: Das Gateway kennt dich noch nicht.',
  },
  zh: {
    skip: '跳到输入框', conversations: '对话', newChat: '新对话',
    panelNote: '此列表仅保存在本浏览器中。', main: '第一个对话', untitled: '新对话',
    messages: '消息', emptyTitle: '我能帮你做什么？',
    emptyText: '在下方输入消息，回答会边生成边显示在这里。',
    hintSend: '发送', hintLine: '换行', hintStop: '停止回答',
    typing: '助手正在输入', latest: '跳到最新', inputLabel: '消息',
    placeholder: '输入消息', stop: '停止回答', send: '发送',
    connecting: '正在连接', online: '已连接', offline: '离线',
    waiting: (s) => `${s} 秒后重新连接`, reconnect: '正在重新连接',
    you: '你', assistant: 'OpenClaw', system: '提示',
    sending: '发送中', queued: '等待连接', failed: '未发送', refused: '未被接受',
    stopped: '已停止', copy: '复制', copied: '已复制', theme: '切换浅色与深色',
    pairing: '请网关管理员运行此命令，然后再发一次消息：',
    tooLong: (n) => `超出 ${n} 字节`, answered: '回答',
    too_long: '消息过长。', rate_limited: '消息过于频繁，稍后会继续发送。',
    try_again: '网关暂时无法保存消息，正在重试。',
    restarting: '网关正在重启，恢复后会发送你的消息。',
    too_many_tabs: '此对话打开的标签页过多，请关闭一个。',
    unsupported_protocol: '网关已更新，请刷新页面。',
    invalid_message: '网关无法接受这条消息。', stop_failed: '无法停止回答。',
    history: '无法加载较早的消息。', noStorage: '此浏览器不为本页保存数据：刷新后你将是新的访客。',
    newMessages: (n) => `(${n}) `, today: '今天', yesterday: '昨天',
    attach: '添加文件', attachments: '待发送的文件', file: '文件', uploading: (name) => `正在上传 ${name}`,
    removeFile: (name) => `移除 ${name}`, saveFile: (name) => `保存 ${name}`, uploaded: (name) => `${name} 可以发送了`,
    file_too_large: '文件过大', fileTooLarge: (name, size) => `${name} 过大：每个文件最大 ${size}。`,
    empty_file: '文件为空', too_many_files: '一条消息最多可附十个文件。', file_gone: '此文件已不再保存',
    upload_failed: '上传失败', upload_timeout: '上传超时', unreadable: '无法读取此文件',
    no_access: '请先发送一条消息：网关还不认识你。',
  },
};

function pick(languages) {
  for (const language of languages) {
    const primary = String(language).toLowerCase().split('-')[0];
    if (Object.hasOwn(words, primary)) return primary;
  }
  return 'en';
}

export const language = pick(navigator.languages?.length ? navigator.languages : [navigator.language]);

export function t(key, ...values) {
  const entry = words[language][key];
  return typeof entry === 'function' ? entry(...values) : entry;
}

/** A sentence for an error code of the gateway, or undefined. */
export function errorText(code) {
  return Object.hasOwn(words[language], code) ? t(code) : undefined;
}

export function translatePage(root) {
  root.lang = language === 'zh' ? 'zh-Hans' : language;
  for (const node of root.querySelectorAll('[data-i18n]')) node.textContent = t(node.dataset.i18n);
  for (const node of root.querySelectorAll('[data-i18n-label]')) node.setAttribute('aria-label', t(node.dataset.i18nLabel));
  for (const node of root.querySelectorAll('[data-i18n-placeholder]')) node.placeholder = t(node.dataset.i18nPlaceholder);
}
