// Zabbix (6.0 and later) tells Mainstay, as an alert of Alertmanager's API: the script of a media type
// "Webhook". Its parameters, with the macros that fill them:
//
//   url          https://mainstay.example
//   token        of somebody who holds `event.write` everywhere
//   source       {EVENT.SOURCE}          update    {EVENT.UPDATE.STATUS}
//   value        {EVENT.VALUE}           severity  {EVENT.SEVERITY}
//   name         {EVENT.NAME}            host      {HOST.HOST}
//   trigger_id   {TRIGGER.ID}            event_id  {EVENT.ID}
//   details      {EVENT.OPDATA}          zabbix    {$ZABBIX.URL}
//
// Zabbix hands them over as JSON in `value` and takes what is returned as the answer.

// An alert that is never cleared is over after so many days: a recovery may have been lost.
var HOLD_DAYS = 30;

function required(params, name) {
    if (!params[name] || /^\{.*\}$/.test(params[name])) {
        throw 'parameter "' + name + '": "' + (params[name] || '') + '", expected a value';
    }
    return params[name];
}

function alertOf(params, now) {
    var over = params.value === '0';
    var ends = over ? now : new Date(now.getTime() + HOLD_DAYS * 86400000);
    var page = (params.zabbix || '').replace(/\/$/, '');
    return {
        labels: {
            alertname: required(params, 'name'),
            host: required(params, 'host'),
            severity: required(params, 'severity').toLowerCase(),
            zabbix_trigger: required(params, 'trigger_id'),
            sender: 'zabbix'
        },
        annotations: { summary: params.details || params.name },
        startsAt: now.toISOString(),
        endsAt: ends.toISOString(),
        generatorURL: /^https?:/.test(page)
            ? page + '/tr_events.php?triggerid=' + params.trigger_id + '&eventid=' + params.event_id
            : ''
    };
}

var params = JSON.parse(value);
if (params.source !== '0') {
    throw 'parameter "source": "' + params.source + '", expected 0: events of triggers';
}
if (params.update === '1') {
    return 'OK: an update changes nothing about whether something is wrong';
}
var request = new HttpRequest();
request.addHeader('Content-Type: application/json');
request.addHeader('Authorization: Bearer ' + required(params, 'token'));
var url = required(params, 'url').replace(/\/$/, '') + '/alertmanager/api/v2/alerts';
var answer = request.post(url, JSON.stringify([alertOf(params, new Date())]));
if (request.getStatus() !== 200) {
    throw 'Mainstay answered ' + request.getStatus() + ': ' + answer;
}
return 'OK';
