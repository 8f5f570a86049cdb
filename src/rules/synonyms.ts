import { stem } from './words.ts';

/** Words that residents use for one thing, a line each, in both languages. A word counts a little less than its own synonym. */
const lines = `
police cop policeman officer sheriff trooper patrol policía agente poli
camera cam webcam camara cctv cámara
video vid footage recording tape clip film filmed movie grabación grabado grabar filmar filmó
picture pic photo image photograph snapshot foto imagen
sensor device gadget detector gizmo thing box monitor counter meter dispositivo aparato contador
measurement reading number value figure statistic stat lectura medición número cifra
record document paper file papers documento registro papel expediente
copy photocopy xerox printout fotocopia copia duplicado
page sheet side página hoja
fee cost price charge rate expensive cheap costo precio tarifa cobrar cobran cuesta cargo
pay paid payment paying pagar pago paga
money cash dollar buck cent dinero plata dólar
free gratis costless gratuito
poor broke unemployed penniless pobre desempleado
fine penalty punish punishment penalize ticketed multa sanción castigo multar penalizar
ticket citation boleta citación
second twice again repeat segunda reincidir repetir
maximum max highest biggest largest most limit top máximo tope mayor límite
daily day diario día
permit permission approval approve authorization authorize allow allowed consent permiso autorización permitir permitido aprobar
legal lawful legally lícito
illegal unlawful forbidden prohibited banned ban illegally ilícito prohibido ilegal
law ordinance bylaw rule regulation statute code policy ley ordenanza norma regla reglamento
form application paperwork template formulario solicitud planilla
install mount attach hang fix place bolt stick fasten putting erect instalar colocar montar poner colgar
remove dismantle demolish takedown uninstall retirar quitar desmontar
blur redact blacken hide mask anonymize pixelate censor tachar difuminar ocultar
face faces cara rostro
recognize recognition identify scan reconocer reconocimiento identificar
track follow trace spy watch surveil surveillance rastrear seguir espiar vigilar vigilancia
plate tag placa matrícula
car vehicle auto truck carro coche vehículo
street road avenue lane roadway calle
sidewalk pavement footpath acera banqueta
pole post lamppost streetlight mast poste farola
delete erase wipe destroy shred purge discard borrar eliminar destruir
keep store retain save hold preserve guardar conservar almacenar
refuse deny reject decline denied withhold negar negaron rechazar denegar
ignore silence unanswered silent ignorar silencio
answer reply respond response responder contestar respuesta
wait delay late overdue esperar tardar tarde
appeal object contest challenge dispute fight apelar impugnar recurrir
complain complaint report denounce notify quejar queja denunciar denuncia reportar
hearing trial audiencia juicio
judge referee juez
court tribunal courthouse corte
lawyer attorney abogado
warning warn advertencia aviso avisar advertir
enforce control supervise oversee monitoring hacer vigilar controlar
investigate inspect check examine look inspection inspector investigar inspeccionar revisar
department office agency bureau oficina departamento
responsible charge manage handle run maintain operate encargado responsable
misuse abuse tamper hack mess exploit misused meddle sabotage vandalize abusar maltratar manipular
leak breach expose disclose dump spill filtrar divulgar fuga exponer
publish post upload release share posted publicar subir divulgar
private personal confidential secret sensitive privado personal confidencial secreto
privacy protection privacidad protección
name identity nombre identidad
data info information dato datos información
dataset table spreadsheet
website site webpage portal web internet online página sitio
download get obtain fetch grab pull descargar obtener conseguir bajar
live realtime streaming stream instantly vivo directo
key token credential password login clave llave
register signup enroll subscribe registrar inscribir
scrape crawl scraping crawler harvest bot script extraer
suspend block revoke disable deactivate cut kick ban blocked locked suspender bloquear cortar revocar
sell resell monetize commercial profit business vender negocio comercial
reuse republish use reutilizar
contract agreement deal acuerdo contrato convenio
sign firmar
license licence licencia
shop store company firm business tienda empresa negocio
ai robot artificial ia
algorithm software program computer machine automated algoritmo programa computadora máquina ordenador
human person people persona humano
bitcoin crypto cryptocurrency coin ether ethereum cripto criptomoneda moneda
mining mine miner minar minería minero
rig machine equipment hardware server equipo servidor
tax taxes impuesto
bill invoice factura cuenta
neighbor neighbour vecino
noise loud noisy ruido ruidoso
danger dangerous hazard unsafe peligro peligroso
fire burn burning smoke flame incendio fuego humo quemar
wire wiring cable cableado cable
build construct construction construir construcción obra
house home garage basement shed casa garaje sótano cobertizo
zoning zone zona zonificación
employee worker staff official empleado funcionario trabajador
update refresh current updated actualizar
owner own belong dueño propietario
missing absent gone unavailable lost faltar perdido
evidence proof evidencia prueba
exception variance exemption waiver excepción
deadline until expire cutoff plazo hasta
soon quick quickly fast speed rápido pronto
send mail submit deliver mandar enviar
ask request demand solicitar pedir pido
see view look watch ver mirar
government city town municipal municipality ciudad municipio
board council junta consejo
hospital medical health médico salud
child minor kid menor niño
school student escuela estudiante
air pollution smog aire contaminación
weather temperature rain clima temperatura
traffic tránsito tráfico
parking park estacionamiento aparcar
`;

const same = new Map<string, Set<string>>();
for (const line of lines.trim().split('\n')) {
  const group = line.split(' ').map((word) => stem(word.normalize('NFD').replace(/\p{M}+/gu, '')));
  for (const word of group) same.set(word, new Set([...(same.get(word) ?? []), ...group]));
}

/** The stems that mean about the same as this one, itself not among them. */
export function synonymsOf(word: string): ReadonlySet<string> {
  return same.get(word) ?? none;
}
const none: ReadonlySet<string> = new Set();
export const synonymWords: ReadonlySet<string> = new Set(same.keys());
