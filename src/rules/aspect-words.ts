import type { Aspect } from './rule.ts';

const words: Record<Aspect, string> = {
  duty: 'responsible, in charge, who handles, who looks after, whom, contact, who does, which department, which office, duty, responsable, encargado, quién maneja, qué departamento, qué oficina, quién se ocupa, contactar',
  access:
    'access, see, get, obtain, download, find, public, open, look at, available, acceso, ver, obtener, descargar, encontrar, público, disponible, conseguir',
  request:
    'request, ask for, how do i request, file a request, submit, apply for data, solicitud, solicitar, pedir, pido, presentar una solicitud',
  fee: 'fee, cost, charge, price, how much, pay, expensive, cents, tarifa, costo, cuesta, cobrar, cobran, precio, cuánto, pagar, tasa',
  prepayment:
    'prepay, prepayment, pay in advance, pay first, deposit, upfront, pago por adelantado, depósito',
  waiver:
    'waive, waiver, for free, free of charge, cannot afford, low income, indigent, exención, gratis, no puedo pagar, bajos ingresos',
  deadline:
    'deadline, how long, how many days, when, respond, answer, reply, wait, time limit, how soon, plazo, cuánto tiempo, cuántos días, cuándo, responder, contestar, esperar, tardar',
  appeal:
    'appeal, challenge, contest, denied, refused, refuse, deny, denial, disagree, overturn, fight, contest a ticket, fight a ticket, apelar, apelación, recurso, recurrir, impugnar, negado, negar, niega, rechazar, denegar',
  complaint:
    'complain, complaint, report, tell someone, who do i tell, who do i complain to, queja, quejarse, quejarme, denunciar, denuncia, reportar, reclamar, reclamo',
  enforcer:
    'enforce, enforcement, who enforces, who investigates, investigate, inspect, hace cumplir, hacer cumplir, investigar, quién investiga, inspeccionar, vigilar',
  fine: 'fine, penalty, penalties, ticket, punish, how much is the fine, fined, multa, multar, sanción económica, castigo, penalidad, cuánto es la multa, fine without a permit, multa sin permiso',
  'fine-repeat':
    'second offense, third offense, second time, repeat, repeated, again, repeat offense, fine second time, segunda vez, reincidir, reincidencia, otra vez, multa por segunda vez',
  'fine-continuing':
    'continuing offense, keep doing, goes on, continuing violation, infracción continua, sigue haciendo, continúa',
  'fine-daily':
    'per day, daily, each day, every day, daily fine, fine per day, fine each day, por día, diaria, cada día, multa diaria, multa por día',
  escalation:
    'escalate, escalation, warning first, next step, what happens next, escalada, advertencia, qué sigue',
  sanction:
    'sanction, shut down, suspend, suspension, revoke, remove, removal, stop work, injunction, take away, seize, cut off, do not pay, sanción, suspender, suspensión, revocar, retirar, quitar, clausurar, incautar',
  cap: 'maximum, most, maximum fine, highest fine, upper limit, máximo, multa máxima, tope, límite máximo',
  'look-back':
    'look back, earlier offense, count against, previous offense, antecedentes, infracciones anteriores',
  discretion:
    'variance, accommodation, exception, leniency, reasonable accommodation, excepción, ajuste razonable, variación, discreción',
  defence: 'defense, defence, lawful, legal, allowed, excuse, defensa, legal, lícito',
  permit:
    'permit, permission, approval, need a permit, can i run, install, put up, allowed to install, authorization, permiso, autorización, aprobación, instalar, poner, colocar',
  form: 'form, application form, which form, paperwork, formulario, impreso, papeleo, planilla',
  retention:
    'keep, kept, retention, retain, store, delete, destroy, how long keep, how long stored, erase, conservar, guardar, guardan, retención, borrar, eliminar, destruir, cuánto tiempo guardan',
  license:
    'license, reuse, terms of use, use commercially, republish, licencia, reutilizar, términos de uso, uso comercial',
  agreement: 'agreement, contract, data sharing agreement, sign, acuerdo, convenio, contrato, firmar',
  'real-time': 'real time, live, live feed, stream, right now, tiempo real, en vivo, en directo',
  'how-to':
    'steps, how to, step by step, what do i do, where do i start, pasos, cómo hago, paso a paso, qué hago',
  format: 'format, csv, json, spreadsheet, file type, formato, hoja de cálculo',
  inventory: 'inventory, list of, which systems, inventario, lista de, qué sistemas',
  instrument:
    'ordinance, law, rule, bylaw, code, regulation, is there a law, statute, ordenanza, ley, norma, reglamento, código, hay una ley, estatuto',
  notice: 'notice, notify, be told, tell me, informed, aviso, notificar, avisar, notificación',
  review: 'review, audit, oversight, second look, human review, revisión, revisar, auditoría, supervisión',
};

/** How people ask for an aspect, in English and Spanish. Accents, plurals and endings do not matter. */
export function aspectWords(aspect: Aspect): string[] {
  return words[aspect].split(', ');
}
