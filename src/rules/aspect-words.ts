import type { Aspect } from './rule.ts';

const words: Record<Aspect, string> = {
  duty: 'responsible, in charge, who handles, who looks after, whom, contact, who does, which department, which office, duty, responsable, encargado, quién maneja, qué departamento, qué oficina, quién se ocupa, contactar, who runs, who takes care, who is behind, whose job, who deals with, quién lleva',
  access:
    'access, see, get, obtain, download, find, public, open, look at, available, acceso, ver, obtener, descargar, encontrar, público, disponible, conseguir, look up, can anybody see, may i see, watch, read, mirar, consultar',
  request:
    'request, ask for, how do i request, file a request, submit, apply for data, solicitud, solicitar, pedir, pido, presentar una solicitud, hand over, give me, send me, i want, i need, get me, quiero, necesito, deme',
  fee: 'fee, cost, charge, price, how much, pay, expensive, cents, tarifa, costo, cuesta, cobrar, cobran, precio, cuánto, pagar, tasa, costs money, price tag, for nothing, is it free, do they charge, hay que pagar',
  prepayment:
    'prepay, prepayment, pay in advance, pay first, deposit, upfront, pago por adelantado, depósito, before they start, pay before, money first, pagar antes, por adelantado',
  waiver:
    'waive, waiver, for free, free of charge, cannot afford, low income, indigent, exención, gratis, no puedo pagar, bajos ingresos, poor, broke, no money, too poor, let off, sin dinero, pobre',
  deadline:
    'deadline, how long, how many days, when, respond, answer, reply, wait, time limit, how soon, plazo, cuánto tiempo, cuántos días, cuándo, responder, contestar, esperar, tardar, how quick, how fast, how soon, until when, by when, too late, how many weeks, take so long, hasta cuándo, qué tan rápido',
  appeal:
    'appeal, challenge, contest, denied, refused, refuse, deny, denial, disagree, overturn, fight, contest a ticket, fight a ticket, apelar, apelación, recurso, recurrir, impugnar, negado, negar, niega, rechazar, denegar, turned down, turn down, go to court, object, lost, dispute, higher up, said no, perdí, no estoy de acuerdo',
  complaint:
    'complain, complaint, report, tell someone, who do i tell, who do i complain to, queja, quejarse, quejarme, denunciar, denuncia, reportar, reclamar, reclamo, whom do i call, where do i turn, whom to notify, speak up, avisar, llamar',
  enforcer:
    'enforce, enforcement, who enforces, who investigates, investigate, inspect, hace cumplir, hacer cumplir, investigar, quién investiga, inspeccionar, vigilar, who checks, who controls, who watches, who makes sure, who polices, who stops, quién controla, quién revisa',
  fine: 'fine, penalty, penalties, ticket, punish, how much is the fine, fined, multa, multar, sanción económica, castigo, penalidad, cuánto es la multa, fine without a permit, multa sin permiso, have to pay for misuse, misuse, abuse, break the rules, breaks the rules, illegal, illegally, without permission, without authority, tampering, vandalize, busted, caught, in trouble, consequences, abuso, mal uso, infringir, sin permiso',
  'fine-repeat':
    'second offense, third offense, second time, repeat, repeated, again, repeat offense, fine second time, segunda vez, reincidir, reincidencia, otra vez, multa por segunda vez, twice, caught again, did it again, repeat offender, dos veces, de nuevo',
  'fine-continuing':
    'continuing offense, keep doing, goes on, continuing violation, infracción continua, sigue haciendo, continúa',
  'fine-daily':
    'per day, daily, each day, every day, daily fine, fine per day, fine each day, por día, diaria, cada día, multa diaria, multa por día',
  escalation:
    'escalate, escalation, warning first, next step, what happens next, escalada, advertencia, qué sigue, get worse, gets worse, stricter, step by step, first a warning',
  sanction:
    'sanction, shut down, suspend, suspension, revoke, remove, removal, stop work, injunction, take away, seize, cut off, do not pay, sanción, suspender, suspensión, revocar, retirar, quitar, clausurar, incautar, dont pay, not pay, never paid, unpaid, owe, kick out, pull the plug, switch off, take down, take off, tear down, lose access, what happens if, what happens to, make them stop, order to, cut me off, block, seize, no pago, no pagar, qué pasa si, detener, parar, bloquear',
  cap: 'maximum, most, maximum fine, highest fine, upper limit, máximo, multa máxima, tope, límite máximo, highest, biggest, at most, how big, no more than, más alta, cuánto como máximo',
  'look-back':
    'look back, earlier offense, count against, previous offense, antecedentes, infracciones anteriores',
  discretion:
    'variance, accommodation, exception, leniency, reasonable accommodation, excepción, ajuste razonable, variación, discreción, leeway, special case, bend the rules, grant, exempt me, hacer una excepción',
  defence:
    'defense, defence, lawful, legal, allowed, excuse, defensa, legal, lícito, was i allowed, had permission, my right, am i safe, in the clear, tenía permiso',
  permit:
    'permit, permission, approval, need a permit, can i run, install, put up, allowed to install, authorization, permiso, autorización, aprobación, instalar, poner, colocar, is it allowed, may i, can i put, can i set up, authorize, do i need approval, puedo poner, está permitido',
  form: 'form, application form, which form, paperwork, formulario, impreso, papeleo, planilla, fill in, fill out, sheet, application, template, blank, rellenar, llenar',
  retention:
    'keep, kept, retention, retain, store, delete, destroy, how long keep, how long stored, erase, conservar, guardar, guardan, retención, borrar, eliminar, destruir, cuánto tiempo guardan, stored, saved, deleted, for years, forever, still have, get rid of, para siempre, cuándo borran',
  license:
    'license, reuse, terms of use, use commercially, republish, licencia, reutilizar, términos de uso, uso comercial, sell, make money, in my app, for my business, copyright, vender, ganar dinero',
  agreement:
    'agreement, contract, data sharing agreement, sign, acuerdo, convenio, contrato, firmar, sign something, terms, conditions, condiciones',
  'real-time':
    'real time, live, live feed, stream, right now, tiempo real, en vivo, en directo, as it happens, this moment, current, instantly, al momento, ahora mismo',
  'how-to':
    'steps, how to, step by step, what do i do, where do i start, pasos, cómo hago, paso a paso, qué hago, what now, now what, what next, next step, what can i do now, how does it work, walk me through, what are my options, y ahora qué',
  format:
    'format, csv, json, spreadsheet, file type, formato, hoja de cálculo, blacked out, anonymous, blurred, names removed, tachado',
  inventory:
    'inventory, list of, which systems, inventario, lista de, qué sistemas, how often, which ones, where are, updated, dónde están',
  instrument:
    'ordinance, law, rule, bylaw, code, regulation, is there a law, statute, ordenanza, ley, norma, reglamento, código, hay una ley, estatuto, is there a rule, any law, what law, legal, regulated, under what policy, is it legal, against the law, es legal, qué norma',
  notice:
    'notice, notify, be told, tell me, informed, aviso, notificar, avisar, notificación, warning, warn me, letter from the city, do they have to tell me, advertencia',
  review:
    'review, audit, oversight, second look, human review, revisión, revisar, auditoría, supervisión, who decides, who judges, may not hear, judge, second opinion, quién decide, juez',
};

// "Can I get …", "request", "is it allowed" come up in questions about anything; what else is asked says more.
export const general: ReadonlySet<Aspect> = new Set<Aspect>([
  'access',
  'request',
  'duty',
  'permit',
  'defence',
  'instrument',
  'how-to',
  'deadline',
]);

// Who asks for one of these may well be served by another: "what would I have to pay" is a fee or a fine.
const kin: [number, Aspect[]][] = [
  [0.6, ['fine', 'fine-repeat', 'fine-continuing', 'fine-daily', 'escalation']],
  [0.6, ['fine', 'sanction', 'cap']],
  [0.5, ['fee', 'prepayment', 'waiver']],
  [0.4, ['fee', 'fine', 'cap']],
  [0.6, ['access', 'request', 'how-to', 'real-time']],
  [0.5, ['request', 'form', 'how-to', 'permit']],
  [0.6, ['duty', 'enforcer', 'complaint']],
  [0.5, ['complaint', 'appeal', 'how-to']],
  [0.5, ['appeal', 'deadline', 'review']],
  [0.4, ['deadline', 'retention', 'notice']],
  [0.5, ['permit', 'instrument', 'defence', 'duty', 'discretion']],
  [0.4, ['license', 'agreement', 'permit', 'access']],
  [0.4, ['inventory', 'format', 'access']],
];

/** How far an answer on one aspect serves a question for another, from 0 to 1. */
export function kinship(asked: Aspect, other: Aspect): number {
  if (asked === other) return 1;
  return Math.max(0, ...kin.map(([part, all]) => (all.includes(asked) && all.includes(other) ? part : 0)));
}

/** How people ask for an aspect, in English and Spanish. Accents, plurals and endings do not matter. */
export function aspectWords(aspect: Aspect): string[] {
  return words[aspect].split(', ');
}
